"""The form of a brief's own words."""

from wtforms import TextAreaField
from wtforms.validators import Length

from outreach.briefing.words import MOST
from views.plan.forms.events import text
from views.web.forms import VersionedForm, strip


def lines(label: str, part: str, pattern: str) -> TextAreaField:
    """Make a field that takes a few lines of one pattern."""
    return TextAreaField(
        label,
        filters=[strip],
        validators=[Length(max=2000, message="That does not fit on the page.")],
        description=f"Up to {MOST[part]} lines: {pattern}",
        render_kw={"rows": MOST[part] + 1},
    )


class BriefForm(VersionedForm):
    """What people at the booth say, hear and whom they call."""

    goal = text("Goal", 200, description="What we want from being there.")
    points = lines("Say", "points", "It belongs to its users. No licence to count.")
    questions = lines("They will ask", "questions", "When is it released? No date yet.")
    contacts = lines("Whom to call", "contacts", "Help at the booth: Lin Example, 555-0100")
    links = lines("Links", "links", "Call for testers: https://example.org/call")
