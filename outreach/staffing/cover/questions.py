"""Cover: several people are asked to take a place; the first yes has it and ends the question."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Cover, CoverAsk, Person, Shift, SignUp
from outreach.accounts import history
from outreach.accounts.putting_back import CHANGED, TakingBack
from outreach.calendars.clock import say_count
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.roster.load import count_places
from outreach.staffing.signups import locks, states
from outreach.staffing.signups.locks import LockedShift, check_belongs, check_person, check_runs
from outreach.staffing.signups.shift_acts import shift_act
from outreach.staffing.signups.ways_back import lock_running, put_back_shifts

MOST_ASKED = 50
LONGEST_REASON = 300
ASKED, COVERED, CLOSED = "asked for cover", "covered", "closed cover"
DECLINED = "declined cover"
HEARD_COVERED, HEARD_CANNOT = "heard that covers", "heard that cannot"
"""The same two, told to whoever runs the booth."""


class Answered(Refused):
    """Somebody else was first, or the place is not free any more."""

    status = 409


def open_cover(
    session: Session,
    shift: Shift,
    asked: Sequence[int],
    by: Person | None,
    now: datetime,
    real: datetime,
    leaving: SignUp | None = None,
    reasons: dict[int, str] | None = None,
) -> Cover:
    """Ask these people, by their numbers, to take a place on the shift; each is told.

    With `leaving`, that person keeps the place until somebody says yes; without, it is a gap.
    A question that is open already is asked of more people; who was asked is not asked again.
    """
    people = sorted(set(asked))
    if len(people) > MOST_ASKED:
        raise Refused(_("Ask %(most_asked)s people at a time at most.", most_asked=MOST_ASKED))
    locked = [*people, *([leaving.person_id] if leaving else [])]
    ground = locks.lock(session, [shift.id], locked)[shift.id]
    check_runs(ground, now)
    leaving_id = _check_leaving(session, ground, leaving)
    if not people and leaving is None:
        raise Refused(_("Tick at least one person."))
    found = _find_open(session, ground, leaving_id)
    new = _not_asked_yet(session, ground, found, people)
    if found is not None and not new:
        return found
    who = by or (session.get_one(Person, leaving.person_id) if leaving else None)
    if who is not None and by is None:
        new = _spare(session, who, new, now)
    with shift_act(session, real, who, ASKED, [ground]) as act:
        act.subject = cover = found or _open(session, ground, leaving_id, by, now)
        if found is None and leaving is not None and by is None:
            notices.alarm(session, now, ground, leaving)
        _ask(session, ground, cover, new, reasons or {}, now)
    return cover


def answer_cover(
    session: Session,
    cover: Cover,
    person: Person,
    says_yes: bool,
    now: datetime,
    real: datetime,
    reason: str = "",
    by: Person | None = None,
) -> None:
    """Take the place, or say that one cannot; who has it already keeps it.

    `by` whoever runs the booth, where they heard it.

    The first yes closes the question: the others are told, and who leaves is free. Raise
    Answered where somebody else was first, NeedsReason where a rule would be broken.
    """
    leaver = _leaver(session, cover)
    ground = locks.lock(session, [cover.shift_id], {person.id, *leaver})[cover.shift_id]
    locks.read_again(session, cover)
    ask = session.get(CoverAsk, (cover.id, person.id), populate_existing=True)
    if ask is None:
        raise Refused(_("You were not asked about this shift."))
    if not says_yes:
        if ask.state == "asked":
            verb = HEARD_CANNOT if by else DECLINED
            with shift_act(session, real, by or person, verb, [ground]) as act:
                act.concerns(person)
                act.subject, ask.state, ask.answered_at = cover, "no", now
        return
    if ask.state == "yes":
        return
    leaving = _find_leaving(session, cover)
    _refuse_late(session, ground, cover, leaving)
    check_runs(ground, now)
    verb = HEARD_COVERED if by else COVERED
    with shift_act(session, real, by or person, verb, [ground]) as act:
        act.concerns(person)
        act.subject = cover
        _seat(session, ground, leaving, person, now, reason)
        ask.state, ask.answered_at = "yes", now
        cover.taken_by_id = cover.taken_by_id or person.id
        _close(session, ground, cover, now)


def close_cover(session: Session, cover: Cover, by: Person, now: datetime, real: datetime) -> None:
    """End a question that nobody has to answer any more; who was asked is told. Once is enough."""
    ground = locks.lock(session, [cover.shift_id])[cover.shift_id]
    locks.read_again(session, cover)
    if cover.closed_at is None:
        with shift_act(session, real, by, CLOSED, [ground]) as act:
            act.subject = cover
            _close(session, ground, cover, now)


def _lock_question(taking: TakingBack) -> None:
    cover = taking.session.get(Cover, taking.entry.subject_id)
    if cover is None:
        raise locks.Gone
    lock_running(taking, cover.shift_id)
    locks.read_again(taking.session, cover)


def _end_question(taking: TakingBack) -> None:
    """End what was asked; who was asked is told. Refused where a yes or somebody ended it."""
    cover = taking.session.get_one(Cover, taking.entry.subject_id)
    if cover.closed_at is not None:
        raise Refused(CHANGED)
    _close(taking.session, taking.locked[cover.shift_id], cover, taking.now)
    taking.said = _("nobody is asked any more")


def _put_back_answer(taking: TakingBack) -> None:
    """Put places and question back as they were; whom it asks again is asked in a new letter."""
    put_back_shifts(taking)
    session, now = taking.session, taking.now
    cover = session.get_one(Cover, taking.entry.subject_id, populate_existing=True)
    if taking.entry.act in (DECLINED, HEARD_CANNOT) and cover.closed_at is not None:
        raise Refused(CHANGED)
    if cover.closed_at is None:
        for key in (one["key"] for one in taking.changes if one["table"] == "cover_ask"):
            ask = session.get_one(CoverAsk, tuple(key))
            if ask.state == "asked" and ask.person_id != taking.by.id:
                person = session.get_one(Person, ask.person_id)
                fact = f"cover {cover.id} asked, act {secrets.token_hex(6)}"
                _tell(
                    session, now, "cover_asked", person, taking.locked[cover.shift_id], cover, fact
                )


history.teach(history.Way(_end_question, _lock_question, again=False, is_own=True), "cover", ASKED)
history.teach(
    history.Way(_put_back_answer, _lock_question, again=False, is_own=True), "cover", DECLINED
)
# Who left their place counts on the yes: only who runs the booth takes it back.
history.teach(
    history.Way(_put_back_answer, _lock_question, again=False),
    "cover", COVERED, CLOSED, HEARD_COVERED, HEARD_CANNOT,
)  # fmt: skip


def find_ask(session: Session, cover_id: int, person: Person) -> CoverAsk | None:
    """Return what the person was asked."""
    return session.get(CoverAsk, (cover_id, person.id))


def still_missing(session: Session, cover: Cover) -> int:
    """Return how many people the shift lacks, whatever became of the question."""
    return count_places(session, cover.shift_id).missing


def _check_leaving(session: Session, ground: LockedShift, leaving: SignUp | None) -> int | None:
    """Return whose place it is; refuse who is not on the shift any more."""
    if leaving is None:
        return None
    locks.read_again(session, leaving)
    if leaving.shift_id != ground.shift.id or leaving.state != "taken":
        raise Refused(_("That person is not on this shift any more."))
    if leaving.arrived_at is not None:
        raise Refused(_("That person is at the booth already: check them out instead."))
    return leaving.id


def _open(
    session: Session, ground: LockedShift, leaving_id: int | None, by: Person | None, now: datetime
) -> Cover:
    """Open a question about a place; refuse where no place wants somebody."""
    if leaving_id is None and locks.held(session, ground.shift) >= ground.shift.max_people:
        raise Refused(_("%(shift)s has as many people as it takes.", shift=ground.label))
    cover = Cover(shift_id=ground.shift.id, leaving_id=leaving_id, opened_at=now)
    cover.asked_by_id = by.id if by else None
    session.add(cover)
    session.flush()
    return cover


def _find_open(session: Session, ground: LockedShift, leaving_id: int | None) -> Cover | None:
    """Return the question that is open already about this place."""
    same = Cover.leaving_id.is_(None) if leaving_id is None else Cover.leaving_id == leaving_id
    return session.scalar(
        select(Cover)
        .where(Cover.shift_id == ground.shift.id, Cover.closed_at.is_(None), same)
        .order_by(Cover.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _not_asked_yet(
    session: Session, ground: LockedShift, cover: Cover | None, people: Iterable[int]
) -> list[int]:
    """Return who was not asked before and is not on the shift."""
    asked = select(CoverAsk.person_id).where(CoverAsk.cover_id == cover.id) if cover else None
    before = set(session.scalars(asked)) if asked is not None else set()
    on_it = {row.person_id for row in locks.crowd(session, ground.shift).holding}
    return [number for number in people if number not in before | on_it]


def _spare(session: Session, asker: Person, people: Iterable[int], now: datetime) -> list[int]:
    """Return whom a volunteer may still ask today; by number, as two who ask at once lock them."""
    return [
        number
        for number in sorted(people)
        if notices.may_mail(session, now, asker, session.get_one(Person, number), notices.ASKS)
    ]


def _ask(
    session: Session,
    ground: LockedShift,
    cover: Cover,
    people: Iterable[int],
    reasons: dict[int, str],
    now: datetime,
) -> None:
    for number in people:
        person = session.get_one(Person, number)
        check_belongs(ground, person)
        reason = reasons.get(number, "")[:LONGEST_REASON]
        ask = CoverAsk(cover_id=cover.id, person_id=number, reason=reason, asked_at=now)
        session.add(ask)
        session.flush()
        _tell(session, now, "cover_asked", person, ground, cover)


def _find_leaving(session: Session, cover: Cover) -> SignUp | None:
    """Return whose place a yes would take over; None once the question ended or they came."""
    if cover.leaving_id is None or cover.closed_at is not None:
        return None
    row = session.get(SignUp, cover.leaving_id, populate_existing=True)
    return row if row and row.state == "taken" and row.arrived_at is None else None


def _refuse_late(
    session: Session, ground: LockedShift, cover: Cover, leaving: SignUp | None
) -> None:
    """Refuse who comes after somebody else, unless somebody is missing all the same."""
    if cover.closed_at is not None and not still_missing(session, cover):
        raise Answered(
            _("%(shift)s is covered: somebody else was quicker. Thank you.", shift=ground.label)
        )
    held = locks.held(session, ground.shift)
    if leaving is None and held >= ground.shift.max_people:
        raise Answered(_("%(shift)s is full by now. Thank you.", shift=ground.label))


def _seat(
    session: Session,
    ground: LockedShift,
    leaving: SignUp | None,
    person: Person,
    now: datetime,
    reason: str,
) -> None:
    """Let who leaves go, and put the person in their place."""
    if leaving is not None and leaving.person_id == person.id:
        raise Refused(_("It is your own place that is asked about."))
    if leaving is not None:
        states.let_go(session, leaving, "left", now)
        told = session.get_one(Person, leaving.person_id)
        notices.tell_of_place(session, now, "taken_over", told, ground, leaving, who_id=person.id)
    crowd = locks.crowd(session, ground.shift, person.id)
    if crowd.mine is not None and crowd.mine.state == "taken":
        raise Refused(_("You are on %(shift)s already.", shift=ground.label))
    kept = check_person(session, ground, person, None, reason)  # staff chose whom to ask
    row = states.take(session, ground.shift, crowd.mine, person, now, reason=kept)
    notices.tell_of_place(session, now, "confirmed", person, ground, row)


def _close(session: Session, ground: LockedShift, cover: Cover, now: datetime) -> None:
    """End the question and tell those who have not answered."""
    cover.closed_at = cover.closed_at or now
    waiting = session.scalars(
        select(CoverAsk)
        .where(CoverAsk.cover_id == cover.id, CoverAsk.state == "asked")
        .order_by(CoverAsk.person_id)
        .execution_options(populate_existing=True)
    )
    for ask in waiting.all():
        if ask.person_id == cover.taken_by_id:
            continue
        ask.state, ask.answered_at = "closed", now
        session.flush()
        person = session.get_one(Person, ask.person_id)
        _tell(session, now, "cover_closed", person, ground, cover)
    session.flush()


def _leaver(session: Session, cover: Cover) -> list[int]:
    leaving = session.get(SignUp, cover.leaving_id) if cover.leaving_id else None
    return [leaving.person_id] if leaving else []


def _tell(
    session: Session,
    now: datetime,
    kind: str,
    to: Person,
    ground: LockedShift,
    cover: Cover,
    fact: str = "",
) -> None:
    notices.tell(
        session,
        now,
        kind,
        to,
        fact or f"cover {cover.id} {kind.removeprefix('cover_')}",
        cover_id=cover.id,
        shift_id=ground.shift.id,
        event_id=ground.event.id,
        starts_at=ground.shift.starts_at.isoformat(),
        sequence=ground.shift.sequence,
    )


def say_still_missing(count: int) -> str:
    """Say that a yes was not enough yet."""
    return say_count(
        "Somebody said yes, and %(number)s more is missing.",
        "Somebody said yes, and %(number)s more are missing.",
        count,
    )
