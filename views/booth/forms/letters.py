"""The form of a letter to the people of a booth."""

from collections.abc import Sequence
from typing import Any, Self

from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from outreach.accounts.tokens import has_token_shape, new_token
from outreach.language import N_
from outreach.staffing.booth_letters import LONGEST_SUBJECT, LONGEST_TEXT, Addressees, DraftLetter
from views.events.forms import check_address, text
from views.web.forms import SheetForm, strip, too_long


class ChatForm(SheetForm):
    """Where the people of a booth talk to each other."""

    chat_url = text(
        N_("Address of the group chat"),
        500,
        check_address,
        description=N_(
            "Matrix, Signal, Telegram and the like. Whoever is known and has a shift finds it on"
            " My shifts and in letters; it is on no public page."
        ),
    )


class BoothLetterForm(SheetForm):
    """Whom it goes to, and what it says."""

    to = SelectField(N_("To"))
    subject = text(
        N_("Subject"), LONGEST_SUBJECT, DataRequired(N_("Say in a few words what it is about."))
    )
    text = TextAreaField(
        N_("Text"),
        filters=[strip],
        validators=[
            DataRequired(N_("Write a few words first.")),
            Length(max=LONGEST_TEXT, message=too_long(LONGEST_TEXT)),
        ],
        description=N_("Each gets it with their own name, and the link to their shifts."),
        render_kw={"rows": 8},
    )
    form_key = HiddenField()

    @classmethod
    def of(cls, groups: Sequence[Addressees], wanted: str, **given: Any) -> Self:
        """Make the form with those whom one can write to; `wanted` is chosen where it is one."""
        keys = [group.key for group in groups]
        form = cls(to=wanted if wanted in keys else keys[0], **given)
        form.to.choices = [
            SelectChoice(group.key, f"{group.words} ({len(group.people)})") for group in groups
        ]
        if not has_token_shape(form.form_key.data or ""):
            form.form_key.data = new_token()
        return form

    def draft(self) -> DraftLetter:
        """Return what is to be written."""
        return DraftLetter(self.subject.data or "", self.text.data or "", str(self.form_key.data))
