"""What a page says of a request for money: headline, lines, what is due, what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models import MoneyLine, MoneyRequest
from models.money import STEPS
from outreach.amounts.money import Money
from outreach.calendars.clock import say_count, say_full_date, say_list
from outreach.costs.sums import (
    PAYER_WORDS,
    Summed,
    amount_of,
    held_by,
    left_to_pay,
    rate_of,
    said_of,
    sum_at,
    wanted_by,
)
from outreach.language import N_, ngettext
from outreach.language import gettext as _
from outreach.planning.money.rules import MoneyRules
from outreach.planning.money.states import OPEN

NEXT_WORDS = {
    "wanted": N_("Say yes"),
    "approved": N_("Accept it"),
    "accepted": N_("What it came to"),
    "spent": N_("Pay it"),
    "withdrawn": N_("Needed after all?"),
}
"""What is to be done next about a request, by its state."""


@dataclass(frozen=True, slots=True)
class LineTold:
    """A line as a page shows it; an amount that is not known is empty."""

    what: str
    payer: str
    amounts: tuple[str, ...]
    """As asked for, approved, spent and authorised."""
    receipt: str
    link: str | None


@dataclass(frozen=True, slots=True)
class MoneyRemark:
    """A sentence about a request; marked where it is late, or somebody waits."""

    sentence: str
    is_due: bool = False


def say_headline(request: MoneyRequest) -> str:
    """Say how a request stands, in one sentence."""
    wanted, held = wanted_by(request).say(), held_by(request).say()
    match request.state:
        case "wanted":
            return _("%(sum)s is asked for, and nobody has approved it yet.", sum=wanted)
        case "approved":
            return _("%(sum)s is approved, and not accepted yet.", sum=held)
        case "accepted":
            return _("%(sum)s is approved and accepted.", sum=held)
        case "spent":
            return _("%(sum)s was spent, and is not settled yet.", sum=held)
        case "settled":
            return _("%(sum)s is settled.", sum=held)
    return _("This request is withdrawn.")


def say_trip(request: MoneyRequest) -> str:
    """Name the events of a request."""
    return name_trip([event.name for event in request.events])


def name_trip(names: Sequence[str]) -> str:
    """Name a trip by its events."""
    return say_list(names) if names else _("an event that is gone")


def say_traveller(request: MoneyRequest) -> str:
    """Name who travels."""
    return name_traveller(request.person.name if request.person else None)


def name_traveller(name: str | None) -> str:
    """Name who travels; nobody is left to be named once they are erased."""
    return name or _("somebody who is not on the list any more")


def tell_lines(request: MoneyRequest) -> list[LineTold]:
    """Return the lines as a page shows them."""
    return [_told(line) for line in request.lines]


def _told(line: MoneyLine) -> LineTold:
    amounts = (amount_of(line, step) for step in STEPS)
    return LineTold(
        said_of(line),
        str(PAYER_WORDS[line.payer]),
        tuple(one.say() if one else "" for one in amounts),
        _say_receipt(line),
        line.receipt_link,
    )


def _say_receipt(line: MoneyLine) -> str:
    if line.is_per_diem:
        return _("none needed")
    if line.has_receipt is None:
        return ""
    return _("receipt") if line.has_receipt else _("no receipt")


def sums_of(request: Summed) -> list[str]:
    """Say what the lines that the foundation bears come to, step by step; "" where nothing is."""
    known = {step for step in STEPS for line in request.lines if getattr(line, step) is not None}
    return [sum_at(request, step).say() if step in known else "" for step in STEPS]


def list_remarks(request: MoneyRequest, rules: MoneyRules, today: date) -> list[MoneyRemark]:
    """Say who answered, what is due by when, and what is missing."""
    remarks = [*_on_the_answer(request, rules), *_on_days(request, rules, today)]
    return [*remarks, *_on_amounts(request)]


def _on_the_answer(request: MoneyRequest, rules: MoneyRules) -> Iterator[MoneyRemark]:
    if request.state == "wanted":
        day = say_full_date(request.asked_on)
        yield MoneyRemark(_("Asked on %(day)s; silence is no yes.", day=day), is_due=True)
    if request.state in OPEN and request.events:
        ahead = (request.events[0].starts_on - request.asked_on).days
        if 0 <= ahead < rules.ask_days:
            said = ngettext(
                "Asked %(num)s day before the first event; the rule is %(days)s.",
                "Asked %(num)s days before the first event; the rule is %(days)s.",
                ahead,
                days=rules.ask_days,
            )
            yield MoneyRemark(said)
    if request.approved_on and request.state != "withdrawn":
        day = say_full_date(request.approved_on)
        name = request.approved_by.name if request.approved_by else None
        yield MoneyRemark(
            _("Approved by %(name)s on %(day)s.", name=name, day=day)
            if name
            else _("Approved on %(day)s.", day=day)
        )
    if request.withdrawn_on:
        day = say_full_date(request.withdrawn_on)
        yield MoneyRemark(
            _("Withdrawn on %(day)s: %(reason)s", day=day, reason=request.reason)
            if request.reason
            else _("Withdrawn on %(day)s.", day=day)
        )


def _on_days(request: MoneyRequest, rules: MoneyRules, today: date) -> Iterator[MoneyRemark]:
    """Say until when what was spent is handed in, and what is left of an advance goes back."""
    if not request.events or request.state not in ("approved", "accepted"):
        return
    last = max(event.ends_on for event in request.events)
    claim = last + timedelta(days=rules.claim_days)
    yield MoneyRemark(
        _("What was spent is handed in by %(day)s.", day=say_full_date(claim)), today > claim
    )
    if request.advance:
        back = last + timedelta(days=rules.advance_days)
        advance = Money(request.advance, request.currency).say()
        yield MoneyRemark(
            _(
                "What is left of the advance of %(sum)s goes back by %(day)s.",
                sum=advance,
                day=say_full_date(back),
            ),
            today > back,
        )


def _on_amounts(request: MoneyRequest) -> Iterator[MoneyRemark]:
    yield from (MoneyRemark(f"{rate_of(request, row).say()}.") for row in request.rates)
    for currency in lacking_rates(request):
        yield MoneyRemark(
            _("%(currency)s has no rate here, so it is in no sum.", currency=currency), is_due=True
        )
    if request.state in ("spent", "settled"):
        without = [said_of(one) for one in request.lines if one.has_receipt is False]
        if without:
            yield MoneyRemark(_("No receipt for %(lines)s.", lines=say_list(without)))
        over = sum_at(request, "spent").sum - sum_at(request, "approved").sum
        if over.minor > 0 and any(amount_of(line, "approved") for line in request.lines):
            yield MoneyRemark(_("%(sum)s more was spent than was approved.", sum=over.say()))
    if request.state == "settled":
        yield MoneyRemark(_say_left(left_to_pay(request)))


def _say_left(left: Money) -> str:
    if left.minor < 0:
        back = Money(-left.minor, left.currency)
        return _("The traveller gives %(sum)s back.", sum=back.say())
    return _("The traveller gets %(sum)s.", sum=left.say())


def lacking_rates(request: MoneyRequest) -> list[str]:
    """Return the currencies of its lines that no rate leads from."""
    known = {request.currency, *(row.currency for row in request.rates)}
    amounts = (amount_of(line, step) for line in request.lines for step in STEPS)
    return sorted({one.currency for one in amounts if one} - known)


def say_requests(count: int, waiting: int) -> str:
    """Say how many requests there are, and how many nobody answered."""
    if not count:
        return _("Nobody has asked for money yet.")
    said = say_count("%(Number)s request", "%(Number)s requests", count)
    if not waiting:
        return _("%(requests)s, none waits for a yes.", requests=said)
    waits = say_count("%(number)s waits for a yes", "%(number)s wait for a yes", waiting)
    return _("%(requests)s, %(waiting)s.", requests=said, waiting=waits)
