"""The form of a brief's own words."""

from wtforms import TextAreaField
from wtforms.validators import Length

from outreach.briefing.words import MOST
from outreach.language import N_
from views.events.forms import text
from views.web.forms import VersionedForm, strip


def lines(label: str, part: str, pattern: str) -> TextAreaField:
    """Make a field that takes a few lines of one pattern."""
    return TextAreaField(
        label,
        filters=[strip],
        validators=[Length(max=2000, message=N_("That does not fit on the page."))],
        description=N_("Up to %(most)s lines: %(pattern)s", most=MOST[part], pattern=pattern),
        render_kw={"rows": MOST[part] + 1},
    )


class BriefForm(VersionedForm):
    """What people at the booth say, hear and whom they call."""

    goal = text(N_("Goal"), 200, description=N_("What we want from being there."))
    points = lines(N_("Say"), "points", N_("It belongs to its users. No licence to count."))
    questions = lines(N_("They will ask"), "questions", N_("When is it released? No date yet."))
    contacts = lines(N_("Whom to call"), "contacts", N_("Help at the booth: Lin Example, 555-0100"))
    links = lines(N_("Links"), "links", N_("Call for testers: https://example.org/call"))
