"""The form of a segment."""

from typing import Any

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from outreach.planning.segments.segments import read_words
from outreach.refusal import about
from views.events.forms import text
from views.web.forms import VersionedForm, strip

WORDS = ("keywords", "projects", "software", "regions")


def words(label: str, example: str) -> TextAreaField:
    """Make a field that takes words, one a line."""
    return TextAreaField(
        label,
        filters=[strip],
        validators=[Length(max=20_000, message="That is more than a profile can hold.")],
        description=f"One a line, or with commas: {example}",
        render_kw={"rows": 5},
    )


class SegmentForm(VersionedForm):
    """A part of the community, and the words it goes by."""

    name = text("Name", 200, DataRequired("Give the segment a name."))
    short_name = text("Short name", 80, description="As it stands in a sentence.")
    who = text("Who they are", 200, description="Half a sentence: The studios that run on us")
    summary = TextAreaField(
        "Summary",
        filters=[strip],
        validators=[Length(max=2000, message="Keep it under 2000 characters.")],
        render_kw={"rows": 3},
    )
    keywords = words("Their words", "visual effects, render farm")
    projects = words("Upstream projects", "OpenEXR, OpenUSD")
    software = words("Software they use", "Houdini, Maya")
    regions = words("Regions, where they are bound to some", "Germany, Japan")

    def facts(self) -> dict[str, Any]:
        """Return the columns of the segment; refuses words that cannot be right."""
        found: dict[str, Any] = {
            name: self[name].data or "" for name in ("name", "short_name", "who", "summary")
        }
        found["short_name"] = found["short_name"] or found["name"][:80]
        for name in WORDS:
            with about(name):
                found[name] = read_words(self[name].data or "")
        return found
