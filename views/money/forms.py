"""Forms of a request for money: one of its own for each step, with a row for each line."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request as http_request
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from models import Foundation, MoneyLine, MoneyRequest
from models.money import PAYERS
from outreach.amounts.money import Money
from outreach.amounts.reading import amount_error, read_amount
from outreach.catalog.facts import read_address
from outreach.costs.sums import PAYER_WORDS, amount_of, said_of
from outreach.language import N_
from outreach.planning.money.requests import LONGEST_REASON, MOST_LINES, Asked, AskedLine, SpentLine
from outreach.planning.money.rules import BOUNDS, money_rule, rules_of
from outreach.refusal import Refused, about
from views.web.forms import SheetForm, VersionedForm, strip

SPARE, FEWEST = 2, 4
"""How many empty rows follow the lines that are there, and how many rows there are at least."""
LONGEST_NOTE = 600
TOO_LONG = N_("Keep it under %(max)d characters.")
THIRDS = {
    0: N_("none"),
    1: N_("yes, a day of travel counts a third"),
    2: N_("yes, a day of travel counts two thirds"),
    3: N_("yes, a day of travel counts a whole day"),
}
RECEIPTS = {"": N_("not said"), "yes": N_("yes"), "no": N_("no")}


DAYS = ("ask_days", "claim_days", "advance_days")
AMOUNTS = {
    "per_diem": "Per-diem for a whole day; empty where none is paid",
    "request_cap": "The most that one request may come to",
    "trip_cap": "The most that one trip may cost, booths included",
    "season_cap": "The most that a season may cost, booths of every Go included",
}


def days(name: str, label: str) -> IntegerField:
    """Make a field for so many days."""
    least, most = BOUNDS[name]
    sentence = f"Give a whole number from {least} to {most}."
    checks = [InputRequired(sentence), NumberRange(least, most, sentence)]
    return IntegerField(label, validators=checks, render_kw={"inputmode": "numeric"})


def words(label: Any, longest: int, *checks: Any, **kwargs: Any) -> StringField:
    """Make a one-line field that says how long it may be."""
    length = Length(max=longest, message=TOO_LONG)
    return StringField(label, filters=[strip], validators=[*checks, length], **kwargs)


def amount_field(label: Any, usual: str, *checks: Any, **kwargs: Any) -> StringField:
    """Make a field for an amount; without a currency it is of the usual one."""

    def check(_form: SheetForm, field: Any) -> None:
        wrong = amount_error(field.data, usual) if field.data else None
        if wrong:
            raise ValidationError(wrong)

    kwargs = {"render_kw": {"autocomplete": "off"}} | kwargs
    return words(label, 60, *(checks or [Optional()]), check, **kwargs)


def link_field(label: Any) -> StringField:
    def check(_form: SheetForm, field: Any) -> None:
        if field.data and read_address(field.data) is None:
            raise ValidationError(N_("An address starts with http:// or https://."))

    return words(label, 500, Optional(), check)


def read(field: Any, usual: str) -> Money | None:
    """Return the amount of a field that was found right."""
    return read_amount(field.data, usual, is_spelled=True) if field.data else None


def typed(line: MoneyLine, step: str) -> str:
    """Spell an amount as a field shows it."""
    money = amount_of(line, step)
    return money.typed if money else ""


def spread(base: type[SheetForm], fields: dict[str, Any]) -> type[Any]:
    """Make a form that has a field more for each row."""
    return type(base.__name__, (base,), fields)


class DayField(DateField):
    """A day, refused in a sentence of ours."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(N_("Write a day like 2024-07-28."))) from error


class MoneyAskForm(VersionedForm):
    """What somebody asks for; how many rows it has is settled when it is made."""

    rows: int
    usual: str
    leaves_on = DayField(
        N_("You leave home on"),
        validators=[Optional()],
        description=N_("Needed for a per-diem."),
    )
    returns_on = DayField(N_("You are back on"), validators=[Optional()])
    travel_thirds = SelectField(
        N_("Per-diem"),
        coerce=int,
        choices=[SelectChoice(key, word) for key, word in THIRDS.items()],
    )
    note = TextAreaField(
        N_("Anything else"),
        filters=[strip],
        validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)],
        description=N_("No bank account and no passport here: nobody needs them to say yes."),
        render_kw={"rows": 3},
    )

    def row(self, number: int) -> list[Any]:
        """Return the fields of one row."""
        return [self[f"{name}_{number}"] for name in ("what", "estimated", "payer")]

    def validate(self, extra_validators: object = None) -> bool:
        """Refuse an amount that nobody says what for."""
        is_right = super().validate(extra_validators)
        for what, estimated, _payer in map(self.row, range(self.rows)):
            if estimated.data and not what.data:
                what.errors = [*what.errors, str(N_("Say what it is for."))]
                is_right = False
        return is_right

    def asked(self) -> Asked:
        """Return what was typed; empty rows are left out."""
        rows = [self.row(number) for number in range(self.rows)]
        lines = (
            AskedLine(what.data, payer.data, read(estimated, self.usual))
            for what, estimated, payer in rows
            if what.data
        )
        thirds = self.travel_thirds.data or None if self.travel_thirds else None
        days = (self.leaves_on.data, self.returns_on.data)
        return Asked(tuple(lines), *days, thirds, self.note.data or "")


def ask_form(
    usual: str, request: MoneyRequest | None = None, per_diem: bool = True, **kwargs: Any
) -> MoneyAskForm:
    """Make the form for what somebody asks for, filled from the request where there is one."""
    lines = [one for one in request.lines if not one.is_per_diem] if request else []
    sent = sum(name.startswith("what_") for name in http_request.form)
    rows = min(max(FEWEST, len(lines) + SPARE, sent), MOST_LINES)
    payers = [SelectChoice(one, PAYER_WORDS[one]) for one in PAYERS]
    fields: dict[str, Any] = {"rows": rows, "usual": usual}
    filled: dict[str, Any] = {}
    for number in range(rows):
        fields |= {
            f"what_{number}": words(N_("What for"), 120),
            f"estimated_{number}": amount_field(N_("About how much"), usual),
            f"payer_{number}": SelectField(N_("Who pays first"), choices=payers),
        }
    for number, line in enumerate(lines[:rows]):
        filled |= {
            f"what_{number}": line.what,
            f"estimated_{number}": typed(line, "estimated"),
            f"payer_{number}": line.payer,
        }
    if request is not None:
        names = ("leaves_on", "returns_on", "note", "version")
        filled |= {name: getattr(request, name) for name in names}
        filled["travel_thirds"] = request.travel_thirds or 0
    form: MoneyAskForm = spread(MoneyAskForm, fields)(data=filled, **kwargs)
    if not per_diem:
        del form.travel_thirds
    return form


class ReasonForm(VersionedForm):
    """Why a request is withdrawn."""

    reason = words(N_("Reason"), LONGEST_REASON)


class RateForm(VersionedForm):
    """What a currency was worth on a day."""

    currency = words(N_("Currency"), 20, DataRequired(N_("Give the three letters, like EUR.")))
    value = words(N_("What one of it is worth"), 20, DataRequired(N_("Give a number like 1.0842.")))
    dated = DayField(
        N_("On which day"), validators=[DataRequired(N_("Give the day on which it was so."))]
    )


class LinesForm(VersionedForm):
    """A form with the same fields for each line of a request."""

    lines: Sequence[MoneyLine]
    usual: str
    names: Sequence[str]

    def row(self, number: int) -> list[Any]:
        """Return the fields of one line."""
        return [self[f"{name}_{number}"] for name in self.names]

    @property
    def told(self) -> list[tuple[str, list[Any]]]:
        """Return the fields of each line, below what it is for where its label does not say it."""
        is_said = len(self.names) == 1
        rows = ((line, self.row(number)) for number, line in enumerate(self.lines))
        return [("" if is_said else said_of(line), row) for line, row in rows]

    def amounts(self) -> list[Money]:
        """Return the amount of each line, where each must have one."""
        found = (read(self.row(number)[0], self.usual) for number in range(len(self.lines)))
        return [one for one in found if one is not None]


class ApproveForm(LinesForm):
    """A yes to so much of each line."""

    approval_link = link_field(N_("Where it was decided, an address"))

    def more(self) -> dict[str, Any]:
        advance = self["advance"]
        return {"link": self.approval_link.data or None, "advance": read(advance, self.usual)}


class SettleForm(LinesForm):
    """So much of each line is paid."""


class SpendForm(LinesForm):
    """What each line came to."""

    hand_in = BooleanField()

    def spent(self) -> list[SpentLine]:
        """Return what was typed, half or whole."""
        said = {"yes": True, "no": False}
        return [
            SpentLine(read(spent, self.usual), said.get(receipt.data), link.data or None)
            for spent, receipt, link in map(self.row, range(len(self.lines)))
        ]


def lines_form(
    base: type[LinesForm],
    request: MoneyRequest,
    makers: dict[str, Callable[[MoneyLine], Any]],
    filled: Callable[[MoneyLine], dict[str, Any]],
    extra: dict[str, Any] | None = None,
    **kwargs: Any,
) -> Any:
    """Make a form with these fields for each line, filled from the line."""
    known = {"lines": request.lines, "usual": request.currency, "names": tuple(makers)}
    fields: dict[str, Any] = {**known, **(extra or {})}
    data: dict[str, Any] = {"version": request.version}
    for number, line in enumerate(request.lines):
        fields |= {f"{name}_{number}": make(line) for name, make in makers.items()}
        data |= {f"{name}_{number}": value for name, value in filled(line).items()}
    return spread(base, fields)(data=data, **kwargs)


def approve_form(request: MoneyRequest, **kwargs: Any) -> ApproveForm:
    """Make the form for a yes; what was asked for stands in it."""
    form: ApproveForm = lines_form(
        ApproveForm,
        request,
        {"approved": lambda line: _needed(said_of(line), request.currency)},
        lambda line: {"approved": typed(line, "estimated")},
        {"advance": amount_field(N_("Advance, where something is paid ahead"), request.currency)},
        **kwargs,
    )
    return form


def settle_form(request: MoneyRequest, **kwargs: Any) -> SettleForm:
    """Make the form for what is paid; what was spent stands in it."""
    form: SettleForm = lines_form(
        SettleForm,
        request,
        {"authorised": lambda line: _needed(said_of(line), request.currency)},
        lambda line: {"authorised": typed(line, "spent")},
        **kwargs,
    )
    return form


def spend_form(request: MoneyRequest, **kwargs: Any) -> SpendForm:
    """Make the form for what was spent; a per-diem needs no more than its amount."""
    choices = [SelectChoice(key, word) for key, word in RECEIPTS.items()]
    form: SpendForm = lines_form(
        SpendForm,
        request,
        {
            "spent": lambda line: amount_field(N_("Spent"), request.currency),
            "has_receipt": lambda line: SelectField(N_("Receipt"), choices=choices),
            "receipt_link": lambda line: link_field(N_("Where the receipt is, an address")),
        },
        _spent_so_far,
        **kwargs,
    )
    return form


def _spent_so_far(line: MoneyLine) -> dict[str, Any]:
    receipt = {None: "", True: "yes", False: "no"}[line.has_receipt]
    spent = typed(line, "spent") or (typed(line, "approved") if line.is_per_diem else "")
    return {"spent": spent, "has_receipt": receipt, "receipt_link": line.receipt_link or ""}


def _needed(label: Any, usual: str) -> StringField:
    return amount_field(label, usual, DataRequired(N_("Give an amount; 0 is one.")))


class MoneyRulesForm(SheetForm):
    """The foundation's own numbers about money."""

    ask_days = days("ask_days", "Days before the first event by which money is asked for")
    claim_days = days("claim_days", "Days after the last event by which what was spent is in")
    advance_days = days("advance_days", "Days after the last event by which an advance is back")
    half_event = BooleanField("Only who stands at the booth for half of its open time is paid")

    def given(self, currency: str) -> dict[str, Any]:
        """Return the rules as typed; what is empty is not set."""
        typed_days = {name: self[name].data for name in DAYS}
        amounts = {name: read_rule(self[name], currency) for name in AMOUNTS}
        return typed_days | amounts | {"half_event": bool(self.half_event.data)}


def read_rule(field: Any, currency: str) -> int | None:
    """Return an amount of the foundation's own currency in its smallest unit."""
    with about(field.short_name):
        money = read(field, currency)
        if money is not None and money.currency != currency:
            raise Refused(f"A rule is in {currency}, as the foundation reckons.")
    return money.minor if money else None


def rules_form(foundation: Foundation, **kwargs: Any) -> MoneyRulesForm:
    """Make the form of the rules that stand."""
    present, currency = rules_of(foundation), foundation.currency
    fields = {name: amount_field(label, currency) for name, label in AMOUNTS.items()}
    kept = {name: getattr(present, name) for name in (*DAYS, "half_event")}
    rules = {name: money_rule(foundation, name) for name in AMOUNTS}
    shown = {name: money.typed if money else "" for name, money in rules.items()}
    form: MoneyRulesForm = spread(MoneyRulesForm, fields)(data=kept | shown, **kwargs)
    return form
