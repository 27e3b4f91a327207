"""The form that starts a foundation."""

from wtforms.validators import DataRequired, Optional

from views.events.forms import text
from views.web.forms import SheetForm


class FoundationForm(SheetForm):
    """Whose season it is, and who plans it."""

    name = text("Name of your foundation or project", 200, DataRequired("Give it a name."))
    person = text("Your name", 200, DataRequired("Give your name."))
    email = text(
        "Your mail address",
        254,
        DataRequired("Give your mail address: the next sign-in link goes there."),
        render_kw={"type": "email", "autocomplete": "email"},
    )
    city = text(
        "The city whose clock you go by, if you like",
        120,
        Optional(),
        description="With its country: Berlin, Germany. Else your day is that of UTC.",
    )
