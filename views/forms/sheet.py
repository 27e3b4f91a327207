"""The base of every form: no second CSRF check, and a rule's refusal shown beside its field."""

from typing import Any

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, HiddenField

from outreach.refusal import Refused


class SheetForm(FlaskForm):
    """A form of the run sheet."""

    class Meta(FlaskForm.Meta):
        """Leave CSRF to `views.security`, which checks every unsafe request once."""

        csrf = False

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup:
            """Tie the field to its hint and its errors for those who cannot see them beside it."""
            named = [("hint", field.description), ("wrong", field.errors)]
            described_by = " ".join(f"{field.id}-{name}" for name, there in named if there)
            if described_by:
                render_kw = {"aria-describedby": described_by, **render_kw}
            if field.errors:
                render_kw = {"aria-invalid": "true", **render_kw}
            markup: Markup = super().render_field(field, render_kw)
            return markup

    def refuse(self, refusal: Refused) -> None:
        """Show a refused rule's sentence beside the field it is about, else above the form."""
        field: Field | None = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(refusal.sentence)
        else:
            field.errors = [*field.errors, refusal.sentence]


class VersionedForm(SheetForm):
    """A form that knows which version of its row it was opened on."""

    version = HiddenField()

    def seen_version(self) -> int:
        """Return that version; 0, which no row has, where the form lost it."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def strip(text: str | None) -> str:
    """Drop the spaces around what was typed."""
    return (text or "").strip()
