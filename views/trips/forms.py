"""Forms of a trip: what it is, who stays when, what its events share."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from models import Event, Person, Trip, TripCost, TripPerson
from outreach.amounts.money import Money
from outreach.calendars.clock import say_date
from outreach.costs.shared import estimate_of, spent_of
from outreach.language import N_
from outreach.planning.trips.costs import MOST_PARTS, TypedCost
from outreach.planning.trips.trips import Stay, TypedTrip
from views.events.forms import day, text
from views.money.forms import amount_field, read, spread
from views.web.forms import VersionedForm, strip, too_long

LONGEST_NOTE = 600


class TripForm(VersionedForm):
    """What a trip is called, and which events it serves."""

    name = text(N_("Where it leads"), 120, DataRequired(N_("Say where it leads.")))
    events = SelectMultipleField(
        N_("Its events"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    note = TextAreaField(
        N_("Note"),
        filters=[strip],
        validators=[Optional(), Length(max=LONGEST_NOTE, message=too_long(LONGEST_NOTE))],
        render_kw={"rows": 3},
    )

    def typed(self) -> TypedTrip:
        """Return what was typed; events that were not offered are left out."""
        offered = {choice.value for choice in self.events.choices}
        chosen = tuple(one for one in self.events.data or () if one in offered)
        return TypedTrip(self.name.data, chosen, self.note.data or "")


def trip_form(trip: Trip, offered: Sequence[Event], **given: Any) -> TripForm:
    """Return the form filled from a trip; `offered` are its events and those that could join."""
    data = {name: getattr(trip, name) for name in ("name", "note", "version")}
    form = TripForm(data=data | {"events": [one.id for one in trip.events]}, **given)
    form.events.choices = [
        SelectChoice(one.id, f"{one.name}, {say_date(one.starts_on)}") for one in offered
    ]
    return form


class StayForm(VersionedForm):
    """From when until when somebody is there."""

    arrives_on = day(N_("Arrives on"), DataRequired(N_("Give the day they arrive.")))
    leaves_on = day(N_("Leaves on"), DataRequired(N_("Give the day they leave.")))
    is_at_home = BooleanField(N_("Sleeps at home"))
    note = text(N_("Note"), 120, Optional(), description=N_("Flies in 14:20, room 1"))

    def stay(self) -> Stay:
        """Return what was typed."""
        return Stay(self.arrives_on.data, self.leaves_on.data, self.is_at_home.data,
                    self.note.data or "")  # fmt: skip


class NewStayForm(StayForm):
    """Somebody new on a trip."""

    person = SelectField(N_("Who"), coerce=int)


def new_stay_form(trip: Trip, people: Sequence[Person], around: Stay) -> NewStayForm:
    """Return the form that puts one of these people on a trip."""
    data = {"arrives_on": around.arrives_on, "leaves_on": around.leaves_on}
    form = NewStayForm(data=data | {"version": trip.version})
    form.person.choices = [SelectChoice(one.id, one.name) for one in people]
    return form


def stay_form(trip: Trip, row: TripPerson, **given: Any) -> StayForm:
    """Return the form filled from somebody's days."""
    names = ("arrives_on", "leaves_on", "is_at_home", "note")
    data = {name: getattr(row, name) for name in names}
    return StayForm(data=data | {"version": trip.version}, **given)


class CostForm(VersionedForm):
    """A shared cost; a form for a trip has a field more for each event."""

    what = text(N_("What for"), 120, DataRequired(N_("Say what it is for.")))
    usual: str
    named: Sequence[Event] = ()

    def rows(self) -> list[tuple[Event, Any]]:
        """Return the events with the field of their parts."""
        return [(one, self[f"part_{one.id}"]) for one in self.named]

    def typed(self) -> TypedCost:
        """Return what was typed."""
        parts = {event.id: field.data or 0 for event, field in self.rows()}
        estimated, spent = (read(self[name], self.usual) for name in ("estimated", "spent"))
        return TypedCost(self.what.data, estimated, spent, parts)


def cost_form(trip: Trip, cost: TripCost | None, usual: str, **given: Any) -> CostForm:
    """Make the form for a cost of a trip, filled from the cost where there is one."""
    sentence = N_("Give a whole number of parts, at most %(most)s.", most=MOST_PARTS)
    shares = {one.event_id: one.parts for one in cost.shares} if cost else {}
    data: dict[str, Any] = {"version": trip.version, "what": cost.what if cost else ""}
    made: dict[str, Any] = {
        "usual": usual,
        "named": list(trip.events),
        "estimated": amount_field(N_("About how much"), usual),
        "spent": amount_field(N_("What it came to"), usual),
    }
    for event in trip.events:
        made[f"part_{event.id}"] = IntegerField(
            event.name,
            validators=[Optional(), NumberRange(0, MOST_PARTS, sentence)],
            render_kw={"inputmode": "numeric"},
        )
        data[f"part_{event.id}"] = shares.get(event.id, 0 if shares else 1)
    if cost:
        data |= {"estimated": _typed(estimate_of(cost)), "spent": _typed(spent_of(cost))}
    form: CostForm = spread(CostForm, made)(data=data, **given)
    return form


def _typed(money: Money | None) -> str:
    return money.typed if money else ""
