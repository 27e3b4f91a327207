"""The form of a kind of shift."""

from collections.abc import Sequence

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from models import ShiftKind
from outreach.language import N_
from outreach.staffing.shift_kinds import (
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_PLACE,
    LONGEST_URL,
    WantedKind,
)
from views.events.forms import check_address, text
from views.web.forms import TICK, TICKS, SheetForm

Choices = Sequence[tuple[int, str]]


class KindForm(SheetForm):
    """What a kind is called, where its shifts are, and which they are."""

    name = text(
        N_("Name"),
        LONGEST_NAME,
        DataRequired(N_("Give it a short name.")),
        description=N_("Install fest, talk room, party"),
    )
    place = text(
        N_("Place"),
        LONGEST_PLACE,
        description=N_("Room 2.14. Left empty, it is where the booth is."),
    )
    note = text(
        N_("Note for volunteers"), LONGEST_NOTE, description=N_("Bring a laptop and a USB stick.")
    )
    url = text(N_("Link"), LONGEST_URL, check_address, description=N_("Where more is to be read."))
    shifts = SelectMultipleField(
        N_("Shifts of this kind"), coerce=int, widget=TICKS, option_widget=TICK
    )

    @classmethod
    def of(cls, kind: ShiftKind | None, shifts: Choices, chosen: Sequence[int]) -> "KindForm":
        """Make the form of a kind, or of a new one, with the shifts that can be of it."""
        form = cls(obj=kind, shifts=chosen)
        form.shifts.choices = [SelectChoice(number, words) for number, words in shifts]
        return form

    def wanted(self) -> WantedKind:
        """Return what was typed."""
        name, place, note, url = (
            one.data or "" for one in (self.name, self.place, self.note, self.url)
        )
        return WantedKind(name, place, note, url, frozenset(self.shifts.data or ()))
