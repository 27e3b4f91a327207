"""Guesses what the columns of a pasted table of talks mean: by their heads, else by content."""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from models.talks import LEVELS
from outreach.catalog.reading.pasted import Meanings, first_of_most

Role = Literal[
    "title", "abstract", "minutes", "level", "language", "speakers", "owner", "segments", "aside"
]
ROLE_WORDS: dict[Role, str] = {
    "title": "Title",
    "abstract": "Abstract",
    "minutes": "Length",
    "level": "Level",
    "language": "Language",
    "speakers": "Speakers",
    "owner": "Owner",
    "segments": "For which segments",
    "aside": "Leave it aside",
}
MEANINGS: Meanings[Role] = Meanings(
    {
        "title": "title,talk,name,session,talk title,session title,proposal,titel",
        "abstract": "abstract,description,summary,text,details,beschreibung",
        "minutes": "minutes,length,duration,min,time,dauer",
        "level": "level,audience level,experience,difficulty",
        "language": "language,lang,locale,sprache",
        "speakers": "speakers,speaker,who,presenter,presenters,given by,speaker names,vortragende",
        "owner": "owner,submitter,submitted by,contact,in care of",
        "segments": "segments,segment,for,audience,community,track,topic,topics",
    },
    aside="aside",
    unknown="aside",
    enough="title",
)
LEVEL_WORDS = {
    **dict.fromkeys(LEVELS, ""),
    "beginners": "beginner",
    "introductory": "beginner",
    "introductory and overview": "beginner",
    "intro": "beginner",
    "easy": "beginner",
    "medium": "intermediate",
    "expert": "advanced",
    "hard": "advanced",
}
"""Words for levels that others use; "" where it is ours."""
LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"
LENGTH = re.compile(
    r"(?:(?P<hours>\d{1,2})\s*(?:h|hours?|:)\s*)?(?:(?P<minutes>\d{1,4})\s*(?:m|min|mins|minutes?)?)?",
    re.ASCII | re.IGNORECASE,
)
MOST_MINUTES = 1440
LONGEST_ABSTRACT = 20_000


def read_minutes(cell: str) -> int | None:
    """Read a length: "45", "45 min", "1 h 30", "1:30"; None where it is none."""
    found = LENGTH.fullmatch(cell.strip())
    if found is None or not any(found.groups()):
        return None
    minutes = 60 * int(found["hours"] or 0) + int(found["minutes"] or 0)
    return minutes if 1 <= minutes <= MOST_MINUTES else None


def read_level(cell: str) -> str | None:
    """Read a level in anybody's words; None where it is none."""
    word = cell.casefold().strip()
    return (LEVEL_WORDS[word] or word) if word in LEVEL_WORDS else None


def guess_roles(body: Sequence[Sequence[str]]) -> list[Role]:
    """Tell by content what each column holds; the first that nothing else explains is the title."""
    columns = [[cell for cell in column if cell] for column in zip(*body[:100], strict=True)]
    roles: list[Role] = [_by_content(cells) for cells in columns]
    rest: list[Role] = ["title", "speakers"]
    for number, role in enumerate(roles):
        if role == "aside" and rest and columns[number]:
            roles[number] = rest.pop(0)
    return MEANINGS.each_once(roles)


def _by_content(cells: Sequence[str]) -> Role:
    tests: list[tuple[Role, Callable[[str], bool]]] = [
        ("minutes", lambda cell: read_minutes(cell) is not None),
        ("level", lambda cell: read_level(cell) is not None),
        ("language", lambda cell: re.fullmatch(LANGUAGE, cell) is not None),
        ("abstract", lambda cell: len(cell) > 150),
    ]
    return first_of_most(cells, tests, "aside")
