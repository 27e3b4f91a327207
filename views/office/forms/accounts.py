"""Forms of sign-in and of one's own password."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from outreach.accounts.addresses import LONGEST_ADDRESS
from outreach.accounts.passwords import LONGEST, SHORTEST
from views.web.forms import SheetForm, strip


class SignInForm(SheetForm):
    """An address for a link by mail; with a password, no mail is needed."""

    email = StringField(
        "Mail address",
        filters=[strip],
        validators=[
            DataRequired("Type your mail address."),
            Length(max=LONGEST_ADDRESS, message="That is longer than any mail address."),
        ],
        render_kw={"type": "email", "autocomplete": "username", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password, if you have set one",
        description="Leave it empty and a link that signs you in comes by mail.",
        validators=[Length(max=LONGEST, message="No password here is that long.")],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class PasswordForm(SheetForm):
    """One's own new password."""

    current = PasswordField("Current password", render_kw={"autocomplete": "current-password"})
    new = PasswordField(
        "New password",
        description=f"At least {SHORTEST} characters. A sentence that only you would say is best.",
        validators=[DataRequired("Type the new password.")],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "New password again",
        validators=[EqualTo("new", "The two are not the same.")],
        render_kw={"autocomplete": "new-password"},
    )
