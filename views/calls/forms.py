"""The forms of calls: one of its own, and a pasted table of them."""

from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from models import Call
from models.calls import CALL_KINDS
from outreach.catalog.reading.dates import DayOrder
from outreach.catalog.reading.zone_words import AOE
from outreach.language import N_
from outreach.planning.calls.closing import KINDS
from outreach.planning.calls.edit import LONGEST_TAKES, VENUE, TypedCall, zone_beside
from outreach.planning.calls.pasted_columns import ROLE_WORDS
from views.events.forms import check_address, day, text
from views.web.forms import VersionedForm, strip
from views.web.pasted import PastedTableForm, rows_field

ASSUMED = (
    SelectChoice(VENUE, N_("the event's own")),
    SelectChoice(AOE, N_("Anywhere on Earth (AoE)")),
    SelectChoice("UTC", "UTC"),
    SelectChoice("", N_("none: ask me")),
)
"""Whose clock an hour is on that names no zone."""


def assumed_field() -> SelectField:
    """Return the field that settles whose clock an hour is on that names no zone."""
    return SelectField(N_("Clock of an hour without a zone"), choices=ASSUMED, default=VENUE)


class CallForm(VersionedForm):
    """A call of an event; what it is for is enough."""

    kind = SelectField(
        N_("Call for"), choices=[SelectChoice(kind, KINDS[kind]) for kind in CALL_KINDS]
    )
    name = text(
        N_("Name"), 120, Optional(), description=N_("Where it has several of a kind: Swift devroom")
    )
    closes = text(
        N_("Closes"),
        200,
        Optional(),
        description=N_(
            "As the organiser writes it: 30 Jul 2024 23:59 AoE; or TBA, open, cancelled"
        ),
    )
    zone = text(
        N_("Zone"), 60, Optional(), description=N_("If it stands elsewhere: PT, UTC+8, Berlin")
    )
    assumed = assumed_field()
    opens_on = day(N_("Opens"))
    extended_from = text(
        N_("Extended from"), 200, Optional(), description=N_("Filled in where you give a later day")
    )
    told_by = day(N_("They tell by"))
    answer_by = day(N_("We answer by"))
    url = text(N_("Its address"), 500, Optional(), check_address)
    takes = TextAreaField(
        N_("What it takes"),
        filters=[strip],
        validators=[
            Optional(),
            Length(max=LONGEST_TAKES, message=N_("Keep it under 2000 characters.")),
        ],
        render_kw={"rows": 3},
    )

    def typed(self) -> TypedCall:
        """Return what was typed."""
        return TypedCall(
            kind=self.kind.data,
            closes=self.closes.data or "",
            zone=self.zone.data or "",
            assumed=self.assumed.data,
            name=self.name.data or "",
            opens_on=self.opens_on.data,
            extended_from=self.extended_from.data or "",
            told_by=self.told_by.data,
            answer_by=self.answer_by.data,
            url=self.url.data or None,
            takes=self.takes.data or "",
        )


KEPT_FIELDS = (
    *("version", "kind", "name", "closes", "opens_on", "extended_from"),
    *("told_by", "answer_by", "url", "takes"),
)
"""Fields that show a column of a call as it is."""


def form_of(call: Call, **given: Any) -> CallForm:
    """Return the form filled from a call, its zone only where its words do not name it."""
    assumed = VENUE
    if "zone_assumed" in call.marks and call.zone in (AOE, "UTC"):
        assumed = call.zone
    data = {field: getattr(call, field) for field in KEPT_FIELDS}
    return CallForm(data={**data, "zone": zone_beside(call), "assumed": assumed}, **given)


class CallPasteForm(PastedTableForm):
    """A pasted table of calls, with the clock of this batch."""

    meanings = ROLE_WORDS
    text = rows_field(
        N_(
            "With a line of heads or without. An event and when its call closes are enough; an"
            " event that stands once holds for the rows below it."
        )
    )
    assumed = assumed_field()
    first = SelectField(
        N_("First in 03/04/2024"),
        default="",
        choices=[
            SelectChoice("", N_("as the other dates tell")),
            SelectChoice("day", N_("the day")),
            SelectChoice("month", N_("the month")),
        ],
    )

    @property
    def order(self) -> DayOrder | None:
        """Return which comes first, where a person said so."""
        chosen: DayOrder | None = self.first.data or None
        return chosen
