"""Rows that are likely one human, what each has, and what making them one would settle."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person, Shift, SignUp
from models.contacts import fold_name
from models.staffing import IS_LIVING
from outreach.accounts.rows import references_to, table_of
from outreach.calendars.clock import say_moment
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.booths import slot_of, zone_of
from outreach.staffing.rules import Slot
from outreach.staffing.signups.locks import find_of_contact
from outreach.staffing.volunteers.making_one import SIGN_INS, takes_address

MOST_ALIKE = 20


@dataclass(frozen=True, slots=True)
class Side:
    """One of the rows: who it is, what hangs on it by table, and its shifts in words."""

    person: Person
    counts: dict[str, int]
    shifts: tuple[str, ...]

    def count_but(self, named: Collection[str]) -> int:
        """Count what hangs on it besides these tables."""
        return sum(count for name, count in self.counts.items() if name not in named)


@dataclass(frozen=True, slots=True)
class HeldShift:
    """A living sign-up with its shift, as the preview compares them."""

    sign_up: SignUp
    slot: Slot
    when: str


def list_twins(session: Session, foundation: Foundation) -> list[list[Person]]:
    """Return the groups of rows that are likely one human each, whoever is known first."""
    ours = Person.foundation_id == foundation.id
    groups: list[list[Person]] = []
    for column in (Person.address_key, Person.phone_key):
        several = select(column).where(ours).group_by(column).having(func.count() > 1)
        rows = session.scalars(select(Person).where(ours, column.in_(several)).order_by(Person.id))
        for group in _grouped(rows):
            if not any({one.id for one in group} <= {one.id for one in known} for known in groups):
                groups.append(group)
    return [sorted(group, key=_known_first) for group in groups]


def list_alike(session: Session, person: Person) -> list[Person]:
    """Return other rows that may be the same human: the same contact, or the same first name."""
    found = {one.id: one for one in find_of_contact(session, person)}
    others = session.scalars(
        select(Person)
        .where(Person.foundation_id == person.foundation_id, Person.id != person.id)
        .where(func.lower(Person.name).startswith(person.name.split()[0].lower(), autoescape=True))
        .order_by(Person.name, Person.id)
        .limit(MOST_ALIKE)
    )
    named = {one.id: one for one in others if one.is_named_like(person)}
    return list((found | named).values())


def say_group(group: Sequence[Person]) -> str:
    """Say why rows are likely one: "Ana ×4, the same address"."""
    named = {"name": group[0].first_name, "number": len(group)}
    if len({one.address_key for one in group if one.address_key}) == 1 and group[0].address_key:
        return _("%(name)s ×%(number)s, the same address", **named)
    return _("%(name)s ×%(number)s, the same telephone number", **named)


def look_at_sides(session: Session, people: Sequence[Person], now: datetime) -> list[Side]:
    """Return what hangs on each of these rows."""
    counts = {person.id: _count(session, person.id) for person in people}
    places = _places(session, people)
    return [
        Side(
            person,
            counts[person.id],
            tuple(place.when for place in places[person.id] if place.slot.ends > now),
        )
        for person in people
    ]


def foresee(session: Session, kept: Person, others: Sequence[Person]) -> list[str]:
    """Say what making these rows one would settle, a sentence each."""
    places = _places(session, [kept, *others])
    mine, said = list(places[kept.id]), list[str]()
    for other in others:
        for place in places[other.id]:
            same = next((one for one in mine if one.slot.id == place.slot.id), None)
            if same is None:
                said += _say_overlap(mine, place)
                mine.append(place)
            else:
                said.append(_("Both have %(shift)s: one place stays.", shift=place.when))
    return said + [sentence for other in others for sentence in _say_lost(kept, other)]


def _say_overlap(mine: Iterable[HeldShift], new: HeldShift) -> Iterator[str]:
    for one in mine:
        hold = one.sign_up.holds_place and new.sign_up.holds_place
        if hold and one.slot.starts < new.slot.ends and new.slot.starts < one.slot.ends:
            named = {"shift": new.when, "other": one.when}
            yield _("%(shift)s overlaps %(other)s: it is given up, and they are told.", **named)


def _say_lost(kept: Person, other: Person) -> Iterator[str]:
    """Say what of the other row is not kept."""
    lost = kept.email if takes_address(kept, other) else other.email
    stays = other.email if takes_address(kept, other) else kept.email
    if lost and stays and lost != stays:
        yield _("The address %(lost)s goes; %(stays)s stays.", lost=lost, stays=stays)
    if other.phone and kept.phone and other.phone != kept.phone:
        yield _("The number %(lost)s goes; %(stays)s stays.", lost=other.phone, stays=kept.phone)
    if not other.is_known or not kept.is_known:
        yield _(
            "Links that were made for a row that nobody has confirmed open nothing any more: "
            "whoever typed it shows nothing by it. Copy the link of the row that stays for them."
        )
    if other.password_hash:
        yield _("The password of the row that goes is forgotten, and Undo does not bring it back.")


def say_twins(count: int) -> str:
    """Say how many groups of rows look like one human each."""
    return ngettext(
        "Somebody is on the list more than once, as it seems.",
        "%(num)s people are on the list more than once, as it seems.",
        count,
    )


def _grouped(rows: Iterable[Person]) -> list[list[Person]]:
    """Group rows of one name by the contact that they share with the first of their group."""
    by_name: dict[str, list[list[Person]]] = defaultdict(list)
    for row in rows:
        groups = by_name[fold_name(row.name)]
        mine = next((group for group in groups if group[0].has_contact_of(row)), None)
        if mine is None:
            groups.append([row])
        else:
            mine.append(row)
    return [group for groups in by_name.values() for group in groups if len(group) > 1]


def _known_first(person: Person) -> tuple[bool, bool, int]:
    return person.role != "staff", not person.is_known, person.id


def _count(session: Session, number: int) -> dict[str, int]:
    """Count the rows of each table that name a person."""
    counts: dict[str, int] = defaultdict(int)
    for table, column in references_to(table_of("person")):
        if table.name not in SIGN_INS:
            named = select(func.count()).select_from(table).where(column == number)
            counts[table.name] += session.scalar(named) or 0
    return {name: count for name, count in counts.items() if count}


def _places(session: Session, people: Sequence[Person]) -> dict[int, list[HeldShift]]:
    """Return the living sign-ups of these people in order of time."""
    found: dict[int, list[HeldShift]] = {person.id: [] for person in people}
    rows = session.execute(
        select(SignUp, Shift, Event)
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .where(SignUp.person_id.in_(found), IS_LIVING)
        .where(Shift.cancelled_at.is_(None))
        .order_by(Shift.starts_at, Shift.id)
    )
    for sign_up, shift, event in rows:
        when = _("%(time)s, %(event)s", time=say_moment(shift.starts_at, zone_of(event)),
                 event=event.name)  # fmt: skip
        found[sign_up.person_id].append(HeldShift(sign_up, slot_of(shift, event), when))
    return found
