"""The base of every form: no second CSRF check, and a rule's refusal shown beside its field."""

from gettext import NullTranslations
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, FileField, HiddenField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from outreach import language
from outreach.calendars.clock import Figure
from outreach.language import N_
from outreach.language import gettext as _
from outreach.refusal import ChangedMeanwhile, Refused
from views.web.request import read_key
from worker.turns import READING

OF_THE_LIBRARY = (
    N_("Not a valid choice."),
    N_("Not a valid date value."),
    N_("Not a valid integer value."),
)
"""Sentences of the library, for those who collect them; our fields say everything else."""


TICKS, TICK = ListWidget(prefix_label=False), CheckboxInput()
"""A list of boxes to tick, and each of them."""


class SheetForm(FlaskForm):
    """A form of the run sheet."""

    class Meta(FlaskForm.Meta):
        """Leave CSRF to `views.security`, which checks every unsafe request once."""

        csrf = False

        def get_translations(self, form: FlaskForm) -> NullTranslations:
            """Let the library say its own sentences in the language of the moment."""
            return language.catalog()

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Give each field what a browser sends for its kind: a file to fields of files alone.

            The library would also read JSON, of whatever shape, as if it were a form.
            """
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if request.method in READING or not (request.form or request.files):
                return None
            names = [name for name, field in form._fields.items() if isinstance(field, FileField)]
            files = {name: request.files.getlist(name) for name in names if name in request.files}
            return CombinedMultiDict([MultiDict(files), request.form])

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
        return read_key(str(self.version.data or ""))

    def refuse_against(self, refusal: Refused, now: "VersionedForm") -> None:
        """Show a refusal; where the row changed meanwhile, say what it holds beside each field.

        `now` is the same form filled from the row as it is. Saved again, what was typed wins.
        """
        self.refuse(refusal)
        if isinstance(refusal, ChangedMeanwhile):
            self.form_errors.append(
                _(
                    "What you typed is kept, and beside it stands what is there now."
                    " Save again to put yours over it."
                )
            )
            self.version.data = now.version.data
            for field in self:
                there = now[field.short_name].data
                if field is not self.version and (field.data or None) != (there or None):
                    said = _say(now[field.short_name])
                    field.errors = [*field.errors, _("Now: %(there)s.", there=said)]


def _say(field: Field) -> str:
    """Say what a field holds, as somebody would have typed it."""
    if isinstance(field, SelectMultipleField):
        chosen = [str(choice.label) for choice in field.iter_choices() if choice.selected]
        return ", ".join(chosen) or _("nothing")
    if isinstance(field.data, bool):
        return _("ticked") if field.data else _("not ticked")
    return _("“%(text)s”", text=field.data) if field.data else _("empty")


AS_IT_IS_READ = {"translate": "no"}
"""For what is typed in the one spelling that the program reads, whatever language is spoken."""


class TypedLike:
    """A hint with an example of what may be typed, in the spelling that the program reads."""

    def __init__(self, example: str, sentence: Any = "%(example)s") -> None:
        self.example, self.sentence = example, sentence

    def __html__(self) -> Markup:
        example = Markup('<span translate="no">{}</span>').format(self.example)
        return escape(str(self.sentence)) % {"example": example}


def too_long(most: int) -> Any:
    """Return the sentence for a text of more characters."""
    return N_("Keep it under %(figure)s characters.", figure=Figure(most))


def strip(text: str | None) -> str:
    """Drop the spaces around what was typed."""
    return (text or "").strip()
