"""Forms of a kit, of its booking for an event, and of what is given away there."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from models import Kit, Swag
from models.kits import KIT_STATES
from outreach.language import N_
from outreach.planning.kits.bookings import MOST_DAYS, TypedBooking
from outreach.planning.kits.kits import LONGEST_WHAT, TypedKit, spell_contents
from outreach.planning.kits.load import STATE_SAID, KitStop
from outreach.planning.kits.swag import TypedSwag
from views.events.forms import day, text
from views.money.forms import spread
from views.web.forms import VersionedForm, strip, too_long

LONGEST_NOTE = 600
MOST = 10**7


def count_field(label: Any, least: int = 0, **kwargs: Any) -> IntegerField:
    """Make a field for a count that may not be known."""
    sentence = N_("Give a whole number from %(least)s.", least=least)
    checks = [Optional(), NumberRange(least, MOST, sentence)]
    return IntegerField(label, validators=checks, render_kw={"inputmode": "numeric"}, **kwargs)


def days_field(label: Any) -> IntegerField:
    """Make a field for days on the road."""
    sentence = N_("Give a whole number of days, at most %(most)s.", most=MOST_DAYS)
    checks = [InputRequired(sentence), NumberRange(0, MOST_DAYS, sentence)]
    return IntegerField(label, validators=checks, default=5, render_kw={"inputmode": "numeric"})


class KitForm(VersionedForm):
    """A kit; its name is enough."""

    name = text(N_("Name"), 120, DataRequired(N_("Give the kit a name.")))
    place = text(
        N_("Where it is kept"), 120, Optional(), description=N_("A town, or words: Noor’s garage")
    )
    state = SelectField(
        N_("State"), choices=[SelectChoice(one, STATE_SAID[one]) for one in KIT_STATES]
    )
    contents = TextAreaField(
        N_("What is in it"),
        filters=[strip],
        validators=[Optional(), Length(max=8000, message=too_long(8000))],
        description=N_("A line for each thing: 2 × banner"),
        render_kw={"rows": 8},
    )
    note = TextAreaField(
        N_("Note"),
        filters=[strip],
        validators=[Optional(), Length(max=LONGEST_NOTE, message=too_long(LONGEST_NOTE))],
        render_kw={"rows": 2},
    )

    def typed(self) -> TypedKit:
        """Return what was typed."""
        return TypedKit(self.name.data, self.place.data or "", self.state.data,
                        self.note.data or "", self.contents.data or "")  # fmt: skip


def kit_form(kit: Kit, **given: Any) -> KitForm:
    """Return the form filled from a kit that was read whole."""
    data = {name: getattr(kit, name) for name in ("name", "place", "state", "note", "version")}
    return KitForm(data=data | {"contents": spell_contents(kit.lines)}, **given)


class BookingForm(VersionedForm):
    """A kit at an event; a booking has a field more for what came and went of each thing."""

    days_before = days_field(N_("Days on the road to the event"))
    days_after = days_field(N_("Days on the road after it"))
    reason = text(
        N_("Why it can be at two events on one day"),
        300,
        Optional(),
        description=N_("Only where it shares days with another event: both in one hall"),
    )
    sent_on = day(N_("Sent on"))
    arrived_on = day(N_("Arrived on"))
    lines: Sequence[Any] = ()

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Return what was counted: the thing, and its two fields."""
        return [(line, self[f"before_{line.line_id}"], self[f"after_{line.line_id}"])
                for line in self.lines]  # fmt: skip

    def typed(self) -> TypedBooking:
        """Return what was typed."""
        counts = {line.line_id: (before.data, after.data) for line, before, after in self.rows()}
        days = (self.days_before.data, self.days_after.data)
        return TypedBooking(*days, self.reason.data or "", self.sent_on.data,
                            self.arrived_on.data, counts)  # fmt: skip


class NewBookingForm(BookingForm):
    """A booking that chooses its kit."""

    kit = SelectField(N_("Kit"), coerce=int)


def new_booking_form(kits: Sequence[tuple[int, str]]) -> NewBookingForm:
    """Make the form that books one of these kits."""
    form = NewBookingForm()
    form.kit.choices = [SelectChoice(number, name) for number, name in kits]
    return form


def booking_form(stop: KitStop, **given: Any) -> BookingForm:
    """Return the form filled from a booking, with a row for each thing of its kit."""
    names = ("days_before", "days_after", "reason", "sent_on", "arrived_on", "version")
    data = {name: getattr(stop.booking, name) for name in names}
    made: dict[str, Any] = {"lines": stop.counted}
    for line in stop.counted:
        made |= {
            f"before_{line.line_id}": count_field(N_("came")),
            f"after_{line.line_id}": count_field(N_("went back")),
        }
        data |= {f"before_{line.line_id}": line.before, f"after_{line.line_id}": line.after}
    form: BookingForm = spread(BookingForm, made)(data=data, **given)
    return form


class SwagForm(VersionedForm):
    """What is given away at an event; what it is is enough."""

    item = text(N_("What"), LONGEST_WHAT, DataRequired(N_("Say what is given away.")))
    ordered = count_field(N_("How many are ordered"), 1)
    ordered_on = day(N_("Ordered on"))
    file_by = day(N_("The printer wants the file by"))
    filed_on = day(N_("File sent on"))
    arrives_from = day(N_("Parcels are taken from"))
    arrives_by = day(N_("Arrives by"))
    before = count_field(N_("Counted before the event"))
    after = count_field(N_("Left after it"))

    def typed(self) -> TypedSwag:
        """Return what was typed."""
        return TypedSwag(**{one.name: self[one.name].data for one in fields(TypedSwag)})


def swag_form(swag: Swag, **given: Any) -> SwagForm:
    """Return the form filled from a row."""
    return SwagForm(obj=swag, **given)
