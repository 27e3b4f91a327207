"""The form of a tracker."""

from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from outreach.issues.watching import KIND_NAMES, LONGEST_URL
from views.events.forms import text
from views.web.forms import SheetForm


class TrackerForm(SheetForm):
    """Where issues live, and which projects are watched there."""

    kind = SelectField(
        "Kind",
        choices=[SelectChoice(kind, name) for kind, name in KIND_NAMES.items()],
        validators=[DataRequired("Choose what kind of tracker it is.")],
    )
    name = text(
        "Name", 120, DataRequired("Give it a name."), description="As it stands beside its issues."
    )
    url = text(
        "Address",
        LONGEST_URL,
        DataRequired("Give its address."),
        description="Of the tracker, not of a project: https://github.com",
        render_kw={"inputmode": "url"},
    )
    projects = TextAreaField(
        "Projects",
        validators=[Length(max=20_000, message="Those are more projects than can be watched.")],
        description="One a line, as the tracker spells them: AlmaLinux/build-system on GitHub,"
        " a product on Bugzilla, a number on MantisBT, a key on Jira.",
        render_kw={"rows": 6, "spellcheck": "false"},
    )

    def facts(self) -> dict[str, Any]:
        """Return what was typed."""
        return {field.short_name: field.data or "" for field in self}
