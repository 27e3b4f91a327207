"""Guesses what the columns of a pasted table of shifts mean: by their heads, else by content."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Literal

from outreach.catalog.reading.pasted import Meanings, first_of_most
from outreach.language import N_
from outreach.staffing.booth.hours import read_hours

Role = Literal[
    "when", "day", "time", "start", "end", "kind", "people", "least", "most", "needs", "note",
    "names", "aside",
]  # fmt: skip
ROLE_WORDS: dict[Role, Any] = {
    "when": N_("Day and time"),
    "day": N_("Day"),
    "time": N_("Time, as 09:30–11:30"),
    "start": N_("Starts"),
    "end": N_("Ends"),
    "kind": N_("Kind: booth, set-up, tear-down"),
    "people": N_("People, as 2 or 2–3"),
    "least": N_("At least so many"),
    "most": N_("At most so many"),
    "needs": N_("What it asks for"),
    "note": N_("Note for volunteers"),
    "names": N_("Names (not taken over)"),
    "aside": N_("Leave it aside"),
}
MEANINGS: Meanings[Role] = Meanings(
    {
        "when": "when,date and time,day and time,slot,shift",
        "day": "day,date,weekday,tag,datum",
        "time": "time,times,hours,time slot,timeslot,zeit",
        "start": "start,starts,from,begin,begins,start time,von",
        "end": "end,ends,until,to,end time,finish,bis",
        "kind": "kind,type,what,task,activity",
        "people": "people,persons,needed,volunteers needed,capacity,places,spots",
        "least": "min,minimum,at least,min people",
        "most": "max,maximum,at most,max people",
        "needs": "needs,need,skills,skill,role,roles,requirements,asks for",
        "note": "note,notes,comment,comments,remark,description,details",
        "names": "name,names,who,volunteer,volunteers,staff,person,helper,helpers",
    },
    aside="aside",
    unknown="note",
    repeated=("note", "names", "aside"),
)
CLOCK = re.compile(r"\d{1,2}(?:[:.h]\d{2})?\s?(?:am|pm|h|uhr)?", re.I)
PEOPLE = re.compile(r"(\d{1,2})(?:\s*(?:-|–|to)\s*(\d{1,2}))?", re.ASCII)
KINDS = re.compile(
    r"(set[ _-]?up|build[ -]?up)|(tear[ _-]?down|take[ -]?down)|(booth|open|shift)", re.I
)


def guess_roles(body: Sequence[Sequence[str]], days: tuple[date, date]) -> list[Role]:
    """Tell by content what each column holds; `days` are the event's first and last."""
    columns = list(zip(*body[:100], strict=True))
    found: list[Role] = []
    for column in columns:
        role = _by_content([cell for cell in column if cell], days)
        found.append(_NEXT[role] if role in _NEXT and role in found else role)
    return MEANINGS.each_once(found)


_NEXT: dict[Role, Role] = {"start": "end", "people": "most"}


def _by_content(cells: Sequence[str], days: tuple[date, date]) -> Role:
    """Tell what most cells of a column are."""
    tests: list[tuple[Role, Callable[[str], bool]]] = [
        ("people", lambda cell: bool(PEOPLE.fullmatch(cell))),
        ("start", lambda cell: bool(CLOCK.fullmatch(cell))),
        ("when", lambda cell: bool(read_hours(cell, *days).stretches)),
        ("time", lambda cell: bool(read_hours(f"{days[0]}\n{cell}", *days).stretches)),
        ("day", lambda cell: bool(read_hours(f"{cell} 00:00-24:00", *days).stretches)),
        ("kind", lambda cell: bool(KINDS.fullmatch(cell))),
    ]
    return first_of_most(cells, tests, "note")
