"""Rows of people that are one human, made one on staff's word, with a preview and the way back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from models import Foundation, Person, RosterProposal, SignUp
from models.staffing import LIVING
from outreach.accounts import history
from outreach.accounts.moving import Moving, forget_loaded
from outreach.accounts.putting_back import NO_ROOM, TakingBack, put_back_touched
from outreach.accounts.redaction import MADE_ONE
from outreach.accounts.rows import UNTOLD, Reference, references_to, table_of
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused
from outreach.staffing import sign_up_answers
from outreach.staffing.signups import locks, states, waiting_list
from outreach.staffing.signups.attendance.experience import count_later
from outreach.staffing.signups.ways_back import lock_shifts, refuse_filled
from outreach.staffing.volunteers import one_person, personal_links

SIGN_INS = frozenset({"sign_in_link", "sign_in_session"})
"""Tables of what signs somebody in: what was the second row's opens nothing of the first's."""
OWN_COLUMNS = frozenset({
    *("id", "foundation_id", "version", "created_at", "name", "role", "password_hash"),
    *("email", "email_key", "address_key", "phone_key", "shares_address_at", "bounces"),
    *("minutes_stood", "has_stood_enough", "recount_at"),
})  # fmt: skip
"""Columns of a person that are not filled in one by one."""


def make_one(
    session: Session,
    foundation: Foundation,
    kept: Person,
    others: Sequence[Person],
    by: Person,
    now: datetime,
    real: datetime,
) -> history.Entry:
    """Make rows of people one: the kept row takes over all that named the others, and they go.

    Where two are on a shift one place stands, and what would be a double booking is given up.
    """
    wait_for_others(session, foundation.id)
    refuse_wrong_rows(kept, others, by)
    people = [kept, *others]
    grounds = locks.lock(
        session, _shifts_of(session, people), [one.id for one in people], with_queues=True
    )
    with history.act(session, real, by, foundation, MADE_ONE, kept) as act:
        act.detail |= {"name": ", ".join(one.name for one in others), "moved": {}, "ended": []}
        act.detail["held"] = locks.count_held(session, list(grounds))
        for other in others:
            _take_over(session, act, kept, other, grounds, now, real)
        for ground in grounds.values():
            waiting_list.settle(session, ground, now)
        count_later(session, [kept.id], now)
    return act.entry


def refuse_wrong_rows(kept: Person, others: Sequence[Person], by: Person) -> None:
    """Refuse rows that cannot go: one's own, one of staff into a volunteer's, another's."""
    if not others or kept in others:
        raise Refused(_("Choose which other row is the same person."))
    if any(one.foundation_id != kept.foundation_id for one in others):
        raise Refused(_("That person belongs to another foundation."))
    if by in others:
        raise Refused(_("Keep your own row: you are signed in with it."))
    if kept.role != "staff" and any(one.role == "staff" for one in others):
        raise Refused(_("Keep the row of staff: it is what they sign in with."))


def _shifts_of(session: Session, people: Sequence[Person]) -> list[int]:
    theirs = SignUp.person_id.in_([one.id for one in people])
    return list(session.scalars(select(SignUp.shift_id).where(theirs).distinct()))


def _take_over(
    session: Session, act: history.Act, kept: Person, other: Person,
    grounds: dict[int, locks.LockedShift], now: datetime, real: datetime,
) -> None:  # fmt: skip
    """Let the kept row have what is the other's, and delete the other."""
    wanted = _filled(kept, other)
    was_known = kept.is_known or other.is_known
    act.detail["ended"] += personal_links.end_unproven(session, kept, other, real)
    came = _let_the_living_stand(session, kept, other)
    sign_up_answers.fold(session, kept, other)
    _move_all(session, act, kept.id, other.id)
    session.execute(delete(Person).where(Person.id == other.id))
    forget_loaded(session, table_of("person"))
    for name, value in wanted.items():
        setattr(kept, name, value)
    if was_known:
        kept.accepted_at = kept.accepted_at or real
        states.forget_origin(session, [kept.id])
    session.flush()
    for row in _rows_of(session, kept):
        if row.shift_id in came:
            one_person.give_up_double(session, grounds[row.shift_id], kept, row, now)


def _let_the_living_stand(session: Session, kept: Person, other: Person) -> set[int]:
    """Let a living place of the other's stand where the kept row had left; return what comes."""
    own = {row.shift_id: row for row in _rows_of(session, kept)}
    theirs = {row.shift_id: row for row in _rows_of(session, other)}
    for shift_id in own.keys() & theirs.keys():
        if theirs[shift_id].state in LIVING and own[shift_id].state not in LIVING:
            states.take_over(session, own[shift_id], theirs[shift_id])
    return theirs.keys() - {number for number, row in own.items() if row.state in LIVING}


def _rows_of(session: Session, person: Person) -> Sequence[SignUp]:
    theirs = select(SignUp).where(SignUp.person_id == person.id).order_by(SignUp.shift_id)
    return session.scalars(theirs.execution_options(populate_existing=True)).all()


def _move_all(session: Session, act: history.Act, kept: int, other: int) -> None:
    """Let everything that names the other row name the kept one."""
    moving = Moving(act, session, kept, other)
    for table, column in references_to(table_of("person")):
        if table.name in SIGN_INS:
            session.execute(delete(table).where(column == other))
        elif table.name in UNTOLD:
            _move_untold(session, act, (table, column), kept, other)
        else:
            moving.move((table, column))
    _rename_in_rosters(session, kept, other)
    session.flush()


def _filled(kept: Person, other: Person) -> dict[str, Any]:
    """Return what the kept row learns from the other: what it does not know itself."""
    wanted: dict[str, Any] = {}
    for column in Person.__table__.columns:
        if column.name not in OWN_COLUMNS and getattr(kept, column.name) in (None, "", [], False):
            wanted[column.name] = getattr(other, column.name)
    for name in ("languages", "skills"):
        own = getattr(kept, name)
        wanted[name] = [*own, *(word for word in getattr(other, name) if word not in own)]
    if other.note and other.note not in kept.note:
        wanted["note"] = " · ".join(note for note in (kept.note, other.note) if note)
    if kept.city and "latitude" in wanted and kept.city != other.city:
        wanted = {name: value for name, value in wanted.items() if name not in PLACE}
    if takes_address(kept, other):
        wanted |= {name: getattr(other, name) for name in ADDRESS}
    return {name: value for name, value in wanted.items() if getattr(kept, name) != value}


PLACE = ("latitude", "longitude", "timezone", "country")
ADDRESS = ("email", "email_key", "shares_address_at", "bounces")


def takes_address(kept: Person, other: Person) -> bool:
    """Tell whether the other row's mail address is the better one: proven, or the only one."""
    if not other.email:
        return False
    return not kept.email or (other.has_shown_address and not kept.has_shown_address)


def _move_untold(
    session: Session, act: history.Act, reference: Reference, kept: int, other: int
) -> None:
    """Move rows of which the history keeps nothing, and note which they were."""
    table, column = reference
    (key,) = table.primary_key
    keys = list(session.scalars(select(key).where(column == other)))
    if keys:
        noted = act.detail["moved"].setdefault(f"{table.name}.{column.name}", {})
        noted[str(other)] = keys
        session.execute(update(table).where(column == other).values({column.name: kept}))


def _rename_in_rosters(session: Session, kept: int, other: int) -> None:
    """Let proposed rosters, which name people by number, name the kept row."""
    for one in session.scalars(select(RosterProposal)):
        if any(place["person"] == other for place in one.places):
            one.places = [
                place | ({"person": kept} if place["person"] == other else {})
                for place in one.places
            ]


def _lock(taking: TakingBack) -> None:
    """Lock as the merge did: the plans, then every shift whose places it moved or took away."""
    history.wait_for_plans(taking)
    gone = [one["before"] for one in taking.changes if one["table"] == "sign_up" and one["before"]]
    lock_shifts(taking, *(row["shift_id"] for row in gone if "shift_id" in row))


def _put_back(taking: TakingBack) -> None:
    """Bring the other rows back with what was theirs, as far as that is still there."""
    session, detail = taking.session, taking.entry.detail
    kept = session.get(Person, taking.entry.subject_id)
    if kept is None:
        raise Refused(_("The row that was kept is gone, so no other can be taken out of it."))
    put_back_touched(taking)
    numbers = _numbers_of_who_came_back(taking)
    for name, moved in detail["moved"].items():
        table_name, _dot, column = name.partition(".")
        for was, keys in moved.items():
            _point_back(session, table_of(table_name), column, numbers[int(was)], keys)
    personal_links.revive(session, detail["ended"])
    refuse_filled(session, taking.locked, detail["held"])
    count_later(session, [kept.id, *numbers.values()], taking.now)
    forget_loaded(session, table_of("person"))
    taking.said = _("they are separate again")


def _numbers_of_who_came_back(taking: TakingBack) -> dict[int, int]:
    """Return under which number each row that went is there again; refuse where one is not."""
    wanted = [one["key"][0] for one in taking.changes
              if one["table"] == "person" and one["after"] is None]  # fmt: skip
    numbers = {was: taking.renumbered.get(("person", was), was) for was in wanted}
    there = set(taking.session.scalars(select(Person.id).where(Person.id.in_(numbers.values()))))
    if there != set(numbers.values()):
        raise Refused(NO_ROOM)
    return numbers


def _point_back(session: Session, table: Table, column: str, person: int, keys: list[Any]) -> None:
    (key,) = table.primary_key
    session.execute(update(table).where(key.in_(keys)).values({column: person}))


history.teach(history.Way(_put_back, _lock, again=False), "person", MADE_ONE)
