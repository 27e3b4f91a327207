"""Forms of an event: its facts, and what is decided about it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from models import Event, Person
from outreach.calendars.clock import say_days
from outreach.catalog.edit import EDITABLE
from outreach.catalog.facts import FIRST_YEAR, LAST_YEAR, address_error
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.decisions.approvals import FROM, LONGEST_NAME
from outreach.planning.decisions.decisions import LONGEST_REASON
from outreach.planning.editions.next_edition import PARTS
from outreach.planning.notes.notes import LONGEST
from views.web.forms import TICK, TICKS, SheetForm, VersionedForm, strip, too_long

PROGRAMME = 50_000
"""Characters of a programme: some 800 titles."""


def check_address(_form: SheetForm, field: Any) -> None:
    """Refuse what is no web address, with the sentence that the import gives too."""
    wrong = address_error(field.data) if field.data else None
    if wrong:
        raise ValidationError(wrong)


def text(label: str, longest: int, *checks: Any, **kwargs: Any) -> StringField:
    """Make a one-line field that says how long it may be."""
    length = Length(max=longest, message=too_long(longest))
    return StringField(label, filters=[strip], validators=[*checks, length], **kwargs)


def check_year(_form: SheetForm, field: Any) -> None:
    """Refuse a day beyond the years that can be planned with."""
    if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(
            _("Give a day from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
        )


def day(label: str, *checks: Any, hint: str = "") -> DateField:
    """Make a field for a day."""
    return DateField(label, validators=[*(checks or [Optional()]), check_year], description=hint)


class EventForm(SheetForm):
    """What is known of an event; its name and first day are enough."""

    name = text(N_("Name"), 200, DataRequired(N_("Give the event a name.")))
    starts_on = day(N_("First day"), DataRequired(N_("Give the first day as a date.")))
    ends_on = day(N_("Last day"), hint=N_("Leave it empty for a one-day event."))
    city = text(
        N_("City"),
        120,
        Optional(),
        description=N_("With its state where there are several: Denver, CO"),
    )
    country = text(N_("Country"), 80, Optional())
    url = text(N_("Web address"), 500, Optional(), check_address)

    def validate_ends_on(self, field: DateField) -> None:
        """Refuse an end before the start."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(
                _("It would end before it starts on %(day)s.", day=self.starts_on.data)
            )

    def facts(self) -> dict[str, Any]:
        """Return the columns of the event as typed; empty means not known."""
        typed = {
            field.short_name: field.data if field.data not in ("", None) else None
            for field in self
            if field.short_name not in {"csrf_token", "version"}
        }
        typed["ends_on"] = typed["ends_on"] or typed["starts_on"]
        for column in ("note", "programme"):
            if column in typed:
                typed[column] = typed[column] or ""
        return typed


class EventEditForm(EventForm, VersionedForm):
    """All that staff may change about an event by hand."""

    coc_url = text(N_("Code of conduct, address"), 500, Optional(), check_address)
    organiser = text(N_("Organiser, whom to turn to"), 120, Optional())
    organiser_contact = text(
        N_("How to reach them"), 200, Optional(), description=N_("Mail, telephone, or both.")
    )
    manual_url = text(N_("Exhibitor's manual, address"), 500, Optional(), check_address)
    booth_cost = IntegerField(
        N_("Booth or table, cost"),
        validators=[Optional(), NumberRange(0, 10**8, N_("A cost is a whole number from 0."))],
    )
    expected_conversations = IntegerField(
        N_("Conversations expected"),
        validators=[
            Optional(),
            NumberRange(1, 10**6, N_("Expect at least one, or leave it empty.")),
        ],
    )
    programme = TextAreaField(
        N_("Programme"),
        filters=[strip],
        validators=[
            Optional(),
            Length(max=PROGRAMME, message=too_long(PROGRAMME)),
        ],
        description=N_("Titles of its talks, one a line: they tell who comes."),
        render_kw={"rows": 6},
    )
    note = TextAreaField(
        N_("Note"),
        filters=[strip],
        validators=[Optional(), Length(max=5000, message=N_("Keep it under %(max)d characters."))],
        render_kw={"rows": 4},
    )


class PlanForm(SheetForm):
    """Who owns an event, and by when it is decided or looked at again."""

    owner = SelectField(N_("Owner"), coerce=int)
    next_on = day(N_("Next date"), hint=N_("When it is decided or looked at again."))

    def offer(self, people: Iterable[Person]) -> None:
        """Offer whoever may own it."""
        self.owner.choices = [
            SelectChoice(0, _("nobody")),
            *(SelectChoice(one.id, one.name) for one in people),
        ]


class ApprovalForm(SheetForm):
    """The yes of a body: whose it was, when, and where it can be read."""

    body = SelectField(N_("Which body approved it?"))
    approved_by = text(N_("Who said so?"), LONGEST_NAME, DataRequired(N_("Name who said yes.")))
    approved_on = day(N_("When?"), DataRequired(N_("Give the day of the approval.")))
    link = text(N_("Where can it be read?"), 500, Optional(), check_address)

    def offer(self, bodies: Iterable[str], today: date) -> None:
        """Offer the bodies that are asked; today is the day unless another is given."""
        self.body.choices = [SelectChoice(one, one) for one in bodies]
        if not self.is_submitted():
            self.approved_on.data = today

    def given(self) -> tuple[str, str, date, str]:
        """Return what was typed, in the order of the fields."""
        link = self.link.data or ""
        return self.body.data, self.approved_by.data or "", self.approved_on.data, link


class BodiesForm(SheetForm):
    """Which bodies must approve an event, one a line, by the state from which they must."""

    proposed = TextAreaField(
        N_("From the proposal on"), filters=[strip], render_kw={"rows": 3},
        description=N_("One a line: board, treasurer."),
    )  # fmt: skip
    go = TextAreaField(N_("Only once it is Go"), filters=[strip], render_kw={"rows": 3})

    def named(self) -> dict[str, list[str]]:
        """Return the bodies by that state."""
        return {name: (self[name].data or "").splitlines() for name in FROM}


def _say_edition(event: Event) -> str:
    return f"{event.name}, {say_days(event.starts_on, event.ends_on)} {event.starts_on.year}"


class NoteForm(VersionedForm):
    """What somebody notes about an event."""

    text = TextAreaField(
        N_("A note for staff and leads"),
        filters=[strip],
        validators=[
            DataRequired(N_("Write a few words first.")),
            Length(max=LONGEST, message=too_long(LONGEST)),
        ],
        description=N_("@Ada names Ada, who sees it here."),
        render_kw={"rows": 3},
    )


class NextForm(EventForm):
    """The next edition: a new event or one that is here already, and what it takes over."""

    into = SelectField(N_("The next edition"), coerce=int, default=0)
    take = SelectMultipleField(
        N_("Take over"),
        widget=TICKS,
        option_widget=TICK,
        choices=[SelectChoice(*one) for one in PARTS.items()],
    )

    def offer(self, later: Iterable[Event]) -> None:
        """Offer the later editions that are here; facts are asked for a new one only."""
        self.into.choices = [
            SelectChoice(0, _("a new event, as below")),
            *(SelectChoice(one.id, _say_edition(one)) for one in later),
        ]
        if not self.is_submitted():
            self.take.data = [*PARTS]

    def is_into(self) -> bool:
        """Tell whether an event that is here takes over; what else is typed counts for nothing."""
        return bool(self.into.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the facts of a new event only."""
        is_valid = super().validate(extra_validators)
        if not self.is_into():
            return is_valid
        for field in self:
            field.errors = field.errors if field in (self.into, self.take) else ()
        return not self.errors

    def facts(self) -> dict[str, Any]:
        """Return the columns of a new event; none where one is here."""
        if self.is_into():
            return {}
        return {name: value for name, value in super().facts().items() if name in EDITABLE}


class DecisionForm(SheetForm):
    """Go, No-go, proposed or cancelled; a no-go says why."""

    reason = StringField(
        N_("Reason"),
        filters=[strip],
        validators=[Length(max=LONGEST_REASON, message=too_long(LONGEST_REASON))],
    )
    told_why = StringField(
        N_("What they are told besides"),
        filters=[strip],
        validators=[Length(max=LONGEST_REASON, message=too_long(LONGEST_REASON))],
        description=N_("Empty is fine: they hear that they need not come."),
    )
