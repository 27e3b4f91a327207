"""The form of a person."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, Regexp

from views.events.forms import text
from views.web.forms import TICK, TICKS, VersionedForm, strip

EXPERIENCE = {None: "", True: "yes", False: "no"}
SAID = {word: value for value, word in EXPERIENCE.items()}
"""What staff say of somebody's experience, as the form has it; without it the hours count."""


class PersonForm(VersionedForm):
    """Somebody of the foundation; a name is enough."""

    name = text("Name", 200, DataRequired("Give a name."))
    email = text("Mail address", 254, Optional(), description="Needed for a sign-in link by mail.")
    role = SelectField(
        "Role",
        choices=[SelectChoice("volunteer", "volunteer"), SelectChoice("staff", "staff")],
        validators=[DataRequired("Choose a role.")],
    )
    phone = text(
        "Telephone",
        40,
        Optional(),
        Regexp(r"\+?[0-9 ()/.-]{5,}", message="Write digits, with + before a country's."),
        description="Only staff and the lead of their event see it.",
    )
    city = text("Home city", 120, Optional())
    country = text("Country", 80, Optional())
    languages = StringField(
        "Languages",
        filters=[strip],
        validators=[Optional(), Length(max=120, message="Keep it under 120 characters.")],
        description="Two letters each: en, de",
    )
    skills = StringField(
        "Can do",
        filters=[strip],
        validators=[Optional(), Length(max=200, message="Keep it under 200 characters.")],
        description="What a shift may ask for, with commas: first aid, forklift",
    )
    experience_set = SelectField(
        "Has stood at a booth of ours before",
        choices=[
            SelectChoice("", "as the hours say that they stood"),
            SelectChoice("yes", "yes"),
            SelectChoice("no", "no, first time"),
        ],
        default="",
    )
    segments = SelectMultipleField("Knows well", coerce=int, widget=TICKS, option_widget=TICK)

    def offer(self, segments: Iterable[tuple[int, str]]) -> None:
        """Offer these segments, number and short name, to be ticked."""
        self.segments.choices = [SelectChoice(number, name) for number, name in segments]

    def facts(self) -> dict[str, Any]:
        """Return the columns of the person as typed; empty means not known."""
        typed = {
            field.short_name: field.data or None for field in self if field is not self.version
        }
        typed["segments"] = self.segments.data or []
        typed["languages"] = (self.languages.data or "").replace(",", " ").split()
        typed["skills"] = [
            word
            for part in (self.skills.data or "").split(",")
            if (word := part.strip().casefold())
        ]
        typed["experience_set"] = SAID.get(self.experience_set.data)
        return typed
