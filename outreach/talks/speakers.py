"""Who speaks, as people type it: a name a line, of our people or of others without an account."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts.addresses import fold
from outreach.language import gettext as _
from outreach.refusal import Refused

MOST_SPEAKERS = 20
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Speakers:
    """Numbers of our people, and names of who is not on our list."""

    people: tuple[int, ...] = ()
    others: tuple[str, ...] = ()


def split_names(text: str) -> list[str]:
    """Return the names of a text, one a line or with semicolons, each once."""
    parts = (" ".join(part.split()) for part in re.split(r"[\n;]", text))
    return list(dict.fromkeys(part for part in parts if part))


def read_speakers(
    session: Session, foundation: Foundation, names: Collection[str], known: Collection[int] = ()
) -> Speakers:
    """Find our people by name or mail address; who is not on the list speaks too.

    Where several have that name it is one of the `known`, who spoke before, else refused.
    """
    if len(names) > MOST_SPEAKERS:
        raise Refused(_("At most %(most)s people give a talk.", most=MOST_SPEAKERS), "speakers")
    if any(len(name) > LONGEST_NAME for name in names):
        most = LONGEST_NAME
        raise Refused(_("Keep each name under %(most)s letters.", most=most), "speakers")
    found = _find_people(session, foundation, names)
    people, others = [], []
    for name in names:
        mine = found.get(name.casefold(), [])
        number = _one_of(name, mine, known)
        if number is None:
            others.append(name)
        else:
            people.append(number)
    return Speakers(tuple(dict.fromkeys(people)), tuple(others))


def read_owner(
    session: Session, foundation: Foundation, name: str, known: int | None = None
) -> int | None:
    """Find who cares for a talk; nobody where the name is empty, refused where nobody has it."""
    if not name:
        return None
    found = _find_people(session, foundation, [name])
    number = _one_of(name, found.get(name.casefold(), []), [known] if known else [])
    if number is None:
        raise Refused(_("Nobody on the list of people is called “%(name)s”.", name=name), "owner")
    return number


def _one_of(name: str, mine: list[int], known: Collection[int]) -> int | None:
    chosen = [one for one in mine if one in known] if len(mine) > 1 else mine
    if len(mine) > 1 and len(chosen) != 1:
        raise Refused(
            _("Several people are called “%(name)s”: write the mail address.", name=name),
            "speakers",
        )
    return chosen[0] if chosen else None


def _find_people(
    session: Session, foundation: Foundation, names: Iterable[str]
) -> dict[str, list[int]]:
    """Return the numbers of people by how they were called, names and addresses."""
    typed = list(names)
    called = [*typed, *(name.lower() for name in typed)]
    addresses = {fold(name): name.casefold() for name in typed if "@" in name}
    rows = session.execute(
        select(Person.id, Person.name, Person.email_key)
        .where(Person.foundation_id == foundation.id)
        .where(
            or_(
                Person.name.in_(called),
                func.lower(Person.name).in_(called),
                Person.email_key.in_(addresses),
            )
        )
        .order_by(Person.id)
    )
    found: dict[str, list[int]] = {}
    for number, name, key in rows:
        found.setdefault(name.casefold(), []).append(number)
        if key in addresses:
            found.setdefault(addresses[key], []).append(number)
    return found
