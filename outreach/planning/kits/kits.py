"""Keeps kits: added, changed with their contents, taken away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models import Foundation, Kit, KitLine, Person
from outreach.accounts import history
from outreach.catalog.facts import clean
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused

ADDED, CHANGED, REMOVED = "added kit", "changed kit", "removed kit"
MOST_LINES, MOST_OF_ONE = 60, 100_000
LONGEST_WHAT = 120
_LINE = re.compile(r"(?:(\d{1,9})\s*(?:[x×*]\s*|\s))?(.*)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class TypedKit:
    """A kit as somebody typed or pasted it; `contents` has a line for each thing."""

    name: str
    place: str = ""
    state: str = "ready"
    note: str = ""
    contents: str = ""


def read_contents(text: str) -> list[tuple[int, str]]:
    """Read what is in a kit, a thing a line: "2 × banner", "400 stickers", "tape"."""
    found: dict[str, tuple[int, str]] = {}
    for line in filter(None, (clean(one) for one in text.replace(";", "\n").splitlines())):
        match = _LINE.fullmatch(line)
        count, what = int(match[1] or 1) if match else 1, clean(match[2]) if match else ""
        if not what or len(what) > LONGEST_WHAT or not 0 < count <= MOST_OF_ONE:
            raise Refused(_("“%(line)s”: write it like 2 × banner.", line=line[:40]), "contents")
        before = found.get(what.casefold())
        found[what.casefold()] = (count + (before[0] if before else 0), what)
    if len(found) > MOST_LINES or any(one[0] > MOST_OF_ONE for one in found.values()):
        raise Refused(_("A kit holds at most %(most)s things.", most=MOST_LINES), "contents")
    return list(found.values())


def spell_contents(lines: Sequence[KitLine]) -> str:
    """Spell what is in a kit as it is typed."""
    return "\n".join(f"{line.how_many} × {line.what}" for line in lines)


def add_kit(
    session: Session, foundation: Foundation, typed: TypedKit, by: Person, real: datetime
) -> tuple[Kit, history.Entry]:
    """Add a kit with its contents. Refuses a name that is taken."""
    wait_for_others(session, foundation.id)
    contents = read_contents(typed.contents)
    _refuse_twin(session, foundation, typed)
    kit = Kit(foundation_id=foundation.id, name=clean(typed.name))
    with history.act(session, real, by, foundation, ADDED, kit) as act:
        act.detail["name"] = kit.name
        session.add(kit)
        write_kit(session, kit, typed, contents, [])
    return kit, act.entry


def change_kit(
    session: Session,
    foundation: Foundation,
    kit: Kit,
    typed: TypedKit,
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Change a kit, read whole; return the line of the history, None where nothing changed."""
    contents = read_contents(typed.contents)
    with history.edit(session, foundation, kit, version, by, real, CHANGED) as act:
        _refuse_twin(session, foundation, typed, kit)
        act.detail["name"] = clean(typed.name)
        write_kit(session, kit, typed, contents, kit.lines)
    return act.changed


def remove_kit(
    session: Session, foundation: Foundation, kit: Kit, by: Person, real: datetime
) -> history.Entry:
    """Take a kit away with its bookings; the history keeps all of it."""
    return history.remove(session, foundation, kit, by, real, REMOVED, kit.name)


def write_kit(
    session: Session,
    kit: Kit,
    typed: TypedKit,
    contents: Sequence[tuple[int, str]],
    there: Sequence[KitLine],
) -> None:
    """Write a kit; a thing keeps its counts by its name, or by its place where it was renamed."""
    kit.name, kit.place, kit.state = clean(typed.name), clean(typed.place), typed.state
    kit.note = typed.note.strip()
    session.flush()
    named = {line.what.casefold(): line for line in there}
    wanted = {what.casefold() for _count, what in contents}
    free = [line for line in there if line.what.casefold() not in wanted]
    for count, what in contents:
        line = named.get(what.casefold()) or (free.pop(0) if free else KitLine(kit_id=kit.id))
        if (line.what, line.how_many) != (what, count):
            line.what, line.how_many = what, count
            session.add(line)
            flag_modified(kit, "note")  # a line that changed moves the version on too
        session.flush()
    for line in free:
        session.delete(line)
        flag_modified(kit, "note")
    session.flush()


def _refuse_twin(
    session: Session, foundation: Foundation, typed: TypedKit, kit: Kit | None = None
) -> None:
    name = clean(typed.name)
    same = select(Kit.id).where(Kit.foundation_id == foundation.id, Kit.name == name)
    twin = session.scalar(same)
    if twin is not None and (kit is None or twin != kit.id):
        raise Refused(_("There is a kit of that name already."), "name")
