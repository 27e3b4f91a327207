"""Requests for money, the one write path: asked for, approved, accepted, spent, settled."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models import Event, Foundation, MoneyLine, MoneyRate, MoneyRequest, MoneyStop, Person
from models.money import STEPS
from outreach.accounts import history
from outreach.amounts.currencies import read_currency
from outreach.amounts.money import Money, per_diem
from outreach.costs.sums import amount_of, put_amount, refuse_too_much, said_of, sum_at
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.money import states
from outreach.planning.money.caps import refuse_over
from outreach.planning.money.half_event import say_less_than_half
from outreach.planning.money.loading import is_called_off, open_request, trip_for
from outreach.planning.money.rules import money_rule, rules_of
from outreach.refusal import ChangedMeanwhile, Refused, about

ASKED, CHANGED = "asked for money", "changed a request for money"
SAVED, SPENT, RATED = "noted what was spent", "handed in what was spent", "gave a rate"
APPROVED, ACCEPTED, SETTLED = "approved money", "accepted money", "settled money"
WITHDREW = "withdrew a request for money"
OWN = (ASKED, CHANGED, ACCEPTED, SAVED, SPENT, RATED, WITHDREW)
"""What the traveller does, and may take back without an account."""
MOST_LINES = 20
LONGEST_REASON = 300
FARTHEST = timedelta(days=60)
"""So far before and after the events nobody is on the way."""
history.teach(history.Way(is_own=True), MoneyRequest.__tablename__, *OWN)


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line as somebody asks for it; the amount may not be known yet."""

    what: str
    payer: str = "traveller"
    estimated: Money | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for."""

    lines: tuple[AskedLine, ...]
    leaves_on: date | None = None
    returns_on: date | None = None
    travel_thirds: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SpentLine:
    """What a line came to in the end; what is not known yet is None."""

    spent: Money | None = None
    has_receipt: bool | None = None
    receipt_link: str | None = None


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does something about money, when: by the planning clock, and really."""

    session: Session
    foundation: Foundation
    by: Person
    today: date
    real: datetime


def ask(doing: Doing, person: Person, event: Event, asked: Asked) -> MoneyRequest:
    """Ask for money for the trip to an event; for one trip each person asks once."""
    session = doing.session
    wait_for_others(session, doing.foundation.id)
    trip = trip_for(session, person, event)
    if is_called_off(session, trip):
        raise Refused(_("We do not go there, so no money can be asked for."))
    stops = select(MoneyStop.request_id).where(MoneyStop.person_id == person.id)
    there = MoneyStop.event_id.in_([one.id for one in trip])
    if session.scalar(stops.where(there).limit(1)) is not None:
        raise Refused(_("Money for this trip was asked for already; change that request."))
    request = MoneyRequest(
        foundation_id=doing.foundation.id, person_id=person.id, asked_on=doing.today,
        currency=doing.foundation.currency, changed_at=doing.real,
    )  # fmt: skip
    _refuse_days(asked, trip)
    act = history.act(session, doing.real, doing.by, doing.foundation, ASKED, request)
    with act as kept:
        session.add(request)
        session.flush()
        kept.concerns(person, *trip)
        add_stops(session, request, trip)
        _write(doing, open_request(session, request), asked)
    return open_request(session, request)


def add_stops(session: Session, request: MoneyRequest, trip: Sequence[Event]) -> None:
    """Name the events that a request is for."""
    number = request.person_id
    session.add_all(
        MoneyStop(request_id=request.id, event_id=one.id, person_id=number) for one in trip
    )
    session.flush()


def change(doing: Doing, request: MoneyRequest, version: int, asked: Asked) -> None:
    """Change what is asked for, as long as nobody has answered."""
    with _changing(doing, request, version, CHANGED):
        if request.state != "wanted":
            raise Refused(_("This was answered already; withdraw it to ask for something else."))
        _refuse_days(asked, request.events)
        _write(doing, request, asked)


def approve(
    doing: Doing,
    request: MoneyRequest,
    version: int,
    approved: Sequence[Money],
    link: str | None = None,
    advance: Money | None = None,
) -> None:
    """Say yes to so much of each line, in the order of the lines; caps are kept."""
    with _changing(doing, request, version, APPROVED):
        for number, (line, money) in enumerate(zip(request.lines, approved, strict=True)):
            refuse_too_much(request, line, "approved", money, f"approved_{number}")
            put_amount(line, "approved", money)
        planned = sum_at(request, "approved")
        refuse_over(doing.session, doing.foundation, request, planned)
        if advance is not None:
            if advance.currency != request.currency or advance > planned.sum:
                raise Refused(
                    _("An advance is at most the %(sum)s that is approved.", sum=planned.say()),
                    "advance",
                )
            request.advance = advance.minor
        states.move(request, "approved", doing.today)
        request.approved_by_id, request.approval_link = doing.by.id, link


def accept(doing: Doing, request: MoneyRequest, version: int) -> None:
    """Let the traveller accept what was approved."""
    with _changing(doing, request, version, ACCEPTED):
        states.move(request, "accepted", doing.today)


def spend(
    doing: Doing, request: MoneyRequest, version: int, spent: Sequence[SpentLine], *, hand_in: bool
) -> None:
    """Keep what was spent, half filled in or whole; handed in, every line needs its amount."""
    with _changing(doing, request, version, SPENT if hand_in else SAVED):
        states.refuse_move(request, "spent")
        for number, (line, told) in enumerate(zip(request.lines, spent, strict=True)):
            put_amount(line, "spent", told.spent)
            line.has_receipt, line.receipt_link = told.has_receipt, told.receipt_link
            if hand_in:
                _refuse_half(line, number)
        if hand_in:
            states.move(request, "spent", doing.today)


def settle(doing: Doing, request: MoneyRequest, version: int, authorised: Sequence[Money]) -> None:
    """Authorise so much of each line, and close the request.

    No more than was spent, and under the half-event rule only for who stood there.
    """
    with _changing(doing, request, version, SETTLED):
        before = sum_at(request, "approved")
        for number, (line, money) in enumerate(zip(request.lines, authorised, strict=True)):
            refuse_too_much(request, line, "authorised", money, f"authorised_{number}")
            put_amount(line, "authorised", money)
        planned = sum_at(request, "authorised")
        if planned.sum > before.sum:
            refuse_over(doing.session, doing.foundation, request, planned)
        if planned.apart:
            currency = planned.apart[0].currency
            raise Refused(_("Give the rate of %(currency)s and its day first.", currency=currency))
        if rules_of(doing.foundation).half_event and request.person and planned.sum.minor:
            short = say_less_than_half(doing.session, request.person, request.events)
            if short:
                raise Refused(_("%(why)s By the half-event rule nothing is paid.", why=short[0]))
        states.move(request, "settled", doing.today)


def withdraw(doing: Doing, request: MoneyRequest, version: int, reason: str = "") -> None:
    """Withdraw a request, by the traveller or by staff who say no."""
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        raise Refused(
            _("Keep the reason under %(count)s characters.", count=LONGEST_REASON), "reason"
        )
    if not reason and doing.by.id != request.person_id:
        raise Refused(_("Say why not, in a few words: the traveller reads it."), "reason")
    with _changing(doing, request, version, WITHDREW):
        states.move(request, "withdrawn", doing.today)
        request.reason = reason


def ask_again(doing: Doing, request: MoneyRequest, version: int) -> None:
    """Ask anew for what was withdrawn; of a yes of before nothing is left."""
    with _changing(doing, request, version, ASKED):
        states.move(request, "wanted", doing.today)
        for line in request.lines:
            for step in STEPS[1:]:
                put_amount(line, step, None)
            line.has_receipt = line.receipt_link = None


def give_rate(
    doing: Doing, request: MoneyRequest, version: int, currency: str, value: str, dated: date
) -> None:
    """Say what a currency was worth on a day; amounts are never converted otherwise."""
    code = _read_code(currency, request)
    number = read_rate(value)
    if dated > doing.today:
        raise Refused(_("A rate is looked up on a day that has come."), "dated")
    with _changing(doing, request, version, RATED):
        if request.state not in states.OPEN:
            raise Refused(_("This is closed; a rate changes nothing any more."))
        row = next((one for one in request.rates if one.currency == code), None)
        if row is None:
            row = MoneyRate(request_id=request.id, currency=code)
            doing.session.add(row)
        row.value, row.dated = number, dated


@contextmanager
def _changing(
    doing: Doing, request: MoneyRequest, version: int, verb: str
) -> Iterator[history.Act]:
    """Keep what is changed of a request as one act, of the version that was looked at."""
    session = doing.session
    wait_for_others(session, doing.foundation.id)
    open_request(session, request)
    if request.version != version:
        raise ChangedMeanwhile
    with history.act(session, doing.real, doing.by, doing.foundation, verb, request) as act:
        act.concerns(*request.events, *([request.person] if request.person else []))
        yield act
        request.changed_at = doing.real
        flag_modified(request, "changed_at")  # a line that changed moves the version on too
    open_request(session, request)


def _refuse_days(asked: Asked, trip: Sequence[Event]) -> None:
    """Refuse days of travel that cannot be: one without the other for a per-diem, or far off."""
    days = [day for day in (asked.leaves_on, asked.returns_on) if day]
    if len(days) == 2 and days[1] < days[0]:
        raise Refused(_("You come back before you leave."), "returns_on")
    if asked.travel_thirds and len(days) < 2:
        raise Refused(_("A per-diem needs both days of travel."), "leaves_on")
    near = [day for event in trip for day in (event.starts_on, event.ends_on)]
    if any(not min(near) - FARTHEST <= day <= max(near) + FARTHEST for day in days if near):
        raise Refused(_("That is too far from the days of the trip."), "leaves_on")


def _write(doing: Doing, request: MoneyRequest, asked: Asked) -> None:
    """Write what is asked for; lines keep their place."""
    wanted = [(one, False) for one in asked.lines]
    request.leaves_on, request.returns_on = asked.leaves_on, asked.returns_on
    request.travel_thirds, request.note = asked.travel_thirds, asked.note
    allowance = _allowance(doing.foundation, asked)
    if allowance is not None:
        wanted.append((AskedLine(_("Per-diem"), "traveller", allowance), True))
    if not wanted:
        raise Refused(_("Say what you need money for, a line is enough."), "what_0")
    if len(wanted) > MOST_LINES:
        raise Refused(_("A request has at most %(count)s lines.", count=MOST_LINES))
    there = list(request.lines)
    for line in there[len(wanted) :]:
        doing.session.delete(line)
    for number, (one, is_per_diem) in enumerate(wanted):
        line = there[number] if number < len(there) else MoneyLine(request_id=request.id)
        line.what, line.payer, line.is_per_diem = one.what, one.payer, is_per_diem
        put_amount(line, "estimated", one.estimated)
        doing.session.add(line)
        doing.session.flush()  # lines are told by their numbers


def _allowance(foundation: Foundation, asked: Asked) -> Money | None:
    """Return the per-diem that the days come to; None where none is asked for."""
    if not asked.travel_thirds or not asked.leaves_on or not asked.returns_on:
        return None
    rate = money_rule(foundation, "per_diem")
    if rate is None:
        raise Refused(_("No per-diem is paid here."), "travel_thirds")
    days = (asked.returns_on - asked.leaves_on).days + 1
    travel = min(days, 2)
    return per_diem(rate, days - travel, travel, asked.travel_thirds)


def _refuse_half(line: MoneyLine, number: int) -> None:
    """Refuse to hand a line in that says nothing of what was spent, or of its receipt."""
    spent = amount_of(line, "spent")
    if spent is None:
        raise Refused(
            _("Say what “%(what)s” came to; 0 where nothing was spent.", what=said_of(line)),
            f"spent_{number}",
        )
    needs_receipt = line.payer == "traveller" and not line.is_per_diem and spent.minor
    if needs_receipt and line.has_receipt is None:
        raise Refused(
            _("Say whether you have a receipt for “%(what)s”.", what=said_of(line)),
            f"has_receipt_{number}",
        )


def _read_code(currency: str, request: MoneyRequest) -> str:
    with about("currency"):
        code = read_currency(currency)
    if code == request.currency:
        raise Refused(_("Sums are in %(code)s already.", code=code), "currency")
    return code


def read_rate(text: str) -> str:
    """Read a rate: a number above 0, with a point or a comma, of at most 15 digits."""
    plain = text.strip().replace(",", ".")
    try:
        number = Decimal(plain) if plain.replace(".", "").isdecimal() else Decimal(0)
    except InvalidOperation:
        number = Decimal(0)
    if not plain.isascii() or not 0 < number < 10**9 or len(plain) > 16:
        raise Refused(_("Write the rate as a number like 1.0842."), "value")
    return plain
