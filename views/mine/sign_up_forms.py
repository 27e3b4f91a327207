"""Forms of the public pages: who somebody is, and that a rule was read."""

import re
from typing import Any, Self

from flask import request
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from models import Person
from models.contacts import LONGEST_ADDRESS
from outreach.accounts.addresses import LONGEST_NAME, Newcomer
from outreach.accounts.tokens import has_token_shape, new_token
from outreach.language import N_
from outreach.language import gettext as _
from outreach.staffing.signups.sign_up import Wish
from views.mine.answering.answer_fields import AnswersForm
from views.mine.personal import origin
from views.mine.public_booth import PublicBooth
from views.web.forms import SheetForm, strip


def said_all_right(number: int) -> str:
    """Return what staff read as the reason, where the page named what would be broken.

    It names the shift or question by its number. No volunteer has to justify themselves.
    """
    is_read = request.form.get("anyway") == str(number)
    return _("read the rule and said that it is fine") if is_read else ""


class TakeForm(SheetForm):
    """What one shift asks of somebody; who is known is asked for neither name nor contact."""

    answers: AnswersForm | None = None
    """What the booth asks besides."""
    form_key = HiddenField()
    name = StringField(
        N_("Your name"),
        filters=[strip],
        validators=[
            DataRequired(N_("Tell us your name, the first one is enough.")),
            Length(max=LONGEST_NAME, message=N_("Keep it under %(max)d characters.")),
        ],
        description=N_("Your first name stands on the page of this booth."),
        render_kw={"autocomplete": "name"},
    )
    contact = StringField(
        N_("E-mail or phone"),
        filters=[strip],
        validators=[
            DataRequired(N_("Give one way to reach you.")),
            Length(max=LONGEST_ADDRESS, message=N_("That is longer than any address.")),
        ],
        description=N_(
            "Only those who run the booth see it; it is forgotten 90 days after your last shift."
        ),
        render_kw={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"},
    )

    @classmethod
    def of(cls, reader: Person | None, **defaults: object) -> Self:
        """Make the form for somebody known, or for a newcomer."""
        form = cls(**defaults)
        if reader is not None:
            del form.name, form.contact
        if not has_token_shape(form.form_key.data or ""):
            form.form_key.data = new_token()
        return form

    @classmethod
    def at(cls, stand: PublicBooth) -> Self:
        """Make the form of a booth for whom the browser knows, with what it asks besides."""
        form = cls.of(stand.reader)
        form.answers = AnswersForm.at_sign_up(stand)
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Tell whether what the booth asks besides is filled in right, too."""
        is_right = super().validate(extra_validators)
        return (self.answers is None or self.answers.validate()) and is_right

    def answered(self) -> dict[str, str]:
        """Return what was answered to what the booth asks besides."""
        return self.answers.said() if self.answers else {}

    def wish(self, shift_id: int) -> Wish:
        """Return what is asked for; the shift that was seen stands in the address."""
        seen = request.args.get("seen", type=int)
        waits = request.form.get("act") == "wait"
        return Wish(str(self.form_key.data), seen, said_all_right(shift_id), waits, origin())

    def who(self, reader: Person | None) -> Person | Newcomer:
        """Return whom the browser knows, else who fills this in."""
        return reader or Newcomer(self.name.data or "", self.contact.data or "")


class SeveralForm(TakeForm):
    """The same for several shifts at once, each with its tick."""

    def ticked(self) -> dict[int, int]:
        """Return the ticked shifts by number, each with the sequence that was seen."""
        read = [re.fullmatch(r"(\d{1,9})-(\d{1,9})", one) for one in request.form.getlist("shift")]
        return {int(one[1]): int(one[2]) for one in read if one}

    def validate(self, extra_validators: Any = None) -> bool:
        """Tell whether anything is ticked, too."""
        is_right = super().validate(extra_validators)
        if not self.ticked():
            self.form_errors.append(_("Tick the shifts that you want."))
        return is_right and bool(self.ticked())


class DayPhoneForm(SheetForm):
    """Where somebody can be called on the day; nobody must tell it."""

    phone = StringField(
        N_("Telephone, if you like"),
        filters=[strip],
        validators=[Length(max=40, message=N_("That is longer than any number."))],
        render_kw={"type": "tel", "autocomplete": "tel"},
    )
