"""The brief's own words, typed one to a line and kept short enough for one page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Brief, Event, Foundation, Person
from outreach.accounts import history
from outreach.calendars.clock import say_number
from outreach.catalog.facts import address_error
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import ChangedMeanwhile, Refused

MOST = {"points": 3, "questions": 3, "contacts": 3, "links": 3}
"""Lines that fit the page, by the part of the brief."""
LONGEST_LINE = 120
MOST_LETTERS = 1_000
"""Of all lines together: as many as one page still holds beside a card and nine shifts."""
WROTE = "wrote brief"

Lines = list[dict[str, Any]]


def read_points(text: str) -> Lines:
    """Read talking points, "Head. What to say" in each line."""
    return [_halves(line, ". ", "head", "text") for line in _lines(text, "points")]


def read_questions(text: str) -> Lines:
    """Read what visitors ask, "Question? Answer" in each line."""
    return [_halves(line, "? ", "q", "a") for line in _lines(text, "questions")]


def read_contacts(text: str) -> Lines:
    """Read whom to call, "What: who, telephone" in each line."""
    found = []
    for line in _lines(text, "contacts"):
        what, _colon, rest = line.partition(":")
        who, _comma, phone = rest.rpartition(",") if "," in rest else (rest, "", "")
        found.append({"what": what.strip(), "who": who.strip(), "phone": phone.strip()})
    return found


def read_links(text: str) -> Lines:
    """Read addresses to hand out, "Label: https://…" in each line."""
    found = []
    for line in _lines(text, "links"):
        label, _colon, url = line.partition(": ")
        wrong = address_error(url.strip())
        if wrong:
            raise Refused(_("“%(text)s”: %(wrong)s", text=line[:60], wrong=wrong), "links")
        found.append({"label": label.strip(), "url": url.strip()})
    return found


def write_lines(brief: Brief) -> dict[str, str]:
    """Spell the parts of a brief as they are typed."""
    return {
        "points": "\n".join("{head} {text}".format(**point) for point in brief.points),
        "questions": "\n".join("{q} {a}".format(**item) for item in brief.questions),
        "contacts": "\n".join(_contact_line(contact) for contact in brief.contacts),
        "links": "\n".join("{label}: {url}".format(**link) for link in brief.links),
    }


def _contact_line(contact: dict[str, Any]) -> str:
    phone = f", {contact['phone']}" if contact.get("phone") else ""
    return f"{contact['what']}: {contact['who']}{phone}"


def save_words(
    session: Session,
    foundation: Foundation,
    event: Event,
    goal: str,
    parts: dict[str, Lines],
    person: Person,
    now: datetime,
    real: datetime,
    expected_version: int | None = None,
) -> history.Entry | None:
    """Keep the words of an event's brief; `now` is the planning clock that the page shows.

    `expected_version` is the one that they were changed from, 0 where there were none; None
    puts them over whatever is there.
    """
    check_letters(parts)
    wait_for_others(session, foundation.id)
    session.refresh(event, ["goal", "version"])
    brief = session.get(Brief, event.id, populate_existing=True)
    if expected_version not in (None, brief.version if brief else 0):
        raise ChangedMeanwhile
    with history.act(session, real, person, foundation, WROTE, event) as act:
        brief = brief or Brief(event_id=event.id)
        session.add(brief)
        brief.goal, brief.changed_at = goal, now
        brief.points, brief.questions = parts["points"], parts["questions"]
        brief.contacts, brief.links = parts["contacts"], parts["links"]
        event.goal = goal
    return act.changed


def count_letters(parts: Mapping[str, Lines]) -> dict[str, int]:
    """Count the characters of what is printed, by the part of the brief."""
    return {
        part: sum(len(words) for line in lines for words in line.values())
        for part, lines in parts.items()
    }


def check_letters(parts: Mapping[str, Lines]) -> None:
    """Refuse more than the page holds, beside the part that has most of it."""
    letters = count_letters(parts)
    if sum(letters.values()) > MOST_LETTERS:
        wrong = _(
            "All lines together fit on one page with %(most)s characters; they have %(here)s.",
            most=say_number(MOST_LETTERS),
            here=say_number(sum(letters.values())),
        )
        raise Refused(wrong, max(letters, key=lambda part: letters[part]))


def _lines(text: str, part: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > MOST[part]:
        raise Refused(_("At most %(most)s lines fit on the page.", most=MOST[part]), part)
    if any(len(line) > LONGEST_LINE for line in lines):
        raise Refused(_("Keep each line to %(most)s characters.", most=LONGEST_LINE), part)
    return lines


def _halves(line: str, mark: str, first: str, second: str) -> dict[str, str]:
    """Split a line behind its first `mark`; a line without one is all head."""
    head, found, rest = line.partition(mark)
    return {first: head + found.strip(), second: rest.strip()}
