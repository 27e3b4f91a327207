"""The form of the questions at sign-up: what the booth asks, none that must be answered."""

from collections.abc import Mapping
from typing import Any, Self

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from models import Booth
from outreach.language import N_
from outreach.staffing.sign_up_answers import (
    LONGEST,
    SHIRT_WORDS,
    TICKET_WORDS,
    find_answers,
)
from views.mine.public_booth import PublicBooth
from views.web.forms import AS_IT_IS_READ, SheetForm, strip, too_long
from views.web.request import db


def _choose(label: str, words: Mapping[str, Any]) -> SelectField:
    choices = [SelectChoice("", "")]
    for code, word in words.items():
        is_size = word == code
        choices.append(SelectChoice(code, word, AS_IT_IS_READ if is_size else {}))
    return SelectField(label, choices=choices, default="")


def _words(name: str) -> dict[str, Any]:
    most = LONGEST[name]
    return {"filters": [strip], "validators": [Length(max=most, message=too_long(most))]}


class AnswersForm(SheetForm):
    """What staff would like to know of who signs up; all of it may stay empty."""

    shirt = _choose(N_("Size of your shirt"), SHIRT_WORDS)
    food = StringField(
        N_("Food"),
        description=N_("Allergies, vegetarian, what you do not eat."),
        render_kw={"autocomplete": "off"},
        **_words("food"),
    )
    spoken = StringField(
        N_("Languages you speak at the booth"),
        render_kw={"autocomplete": "off"},
        **_words("spoken"),
    )
    ticket = _choose(N_("Entrance ticket"), TICKET_WORDS)
    note_to_team = TextAreaField(
        N_("Anything the team should know"), render_kw={"rows": 2}, **_words("note_to_team")
    )

    @classmethod
    def of(cls, booth: Booth, said: Mapping[str, str] | None = None) -> Self:
        """Make the form with what the booth asks and what was answered so far."""
        form = cls(data=dict(said or {}))
        for name in set(form._fields) - set(booth.asked_at_sign_up):
            del form[name]
        return form

    @classmethod
    def at_sign_up(cls, stand: PublicBooth) -> Self:
        """Make the form for who signs up; of who has answered already nothing is asked."""
        form = cls.of(stand.booth)
        if form._fields and stand.reader and find_answers(db(), stand.booth, stand.reader):
            for name in list(form._fields):
                del form[name]
        return form

    def all(self) -> dict[str, str]:
        """Return what was typed, with what was left empty."""
        return {name: str(field.data or "") for name, field in self._fields.items()}

    def said(self) -> dict[str, str]:
        """Return what was answered; what was left empty says nothing."""
        return {name: words for name, words in self.all().items() if words}
