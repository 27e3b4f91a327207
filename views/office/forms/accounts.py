"""Forms of sign-in and of one's own password."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from models.contacts import LONGEST_ADDRESS
from outreach.accounts.passwords import LONGEST
from outreach.language import N_
from views.web.forms import SheetForm, strip


class SignInForm(SheetForm):
    """An address for a link by mail; with a password, no mail is needed."""

    email = StringField(
        N_("Mail address"),
        filters=[strip],
        validators=[
            DataRequired(N_("Type your mail address.")),
            Length(max=LONGEST_ADDRESS, message=N_("That is longer than any mail address.")),
        ],
        render_kw={"type": "email", "autocomplete": "username", "spellcheck": "false"},
    )
    password = PasswordField(
        N_("Password, if you have set one"),
        description=N_("Leave it empty and a link that signs you in comes by mail."),
        validators=[Length(max=LONGEST, message=N_("No password here is that long."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class PasswordForm(SheetForm):
    """One's own new password."""

    current = PasswordField(N_("Current password"), render_kw={"autocomplete": "current-password"})
    new = PasswordField(
        N_("New password"),
        description=N_("At least 12 characters. A sentence that only you would say is best."),
        validators=[DataRequired(N_("Type the new password."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        N_("New password again"),
        validators=[EqualTo("new", N_("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )
