"""The form of a pasted table: the text, and what a person settled about it."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from flask import request
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from outreach.catalog.reading.table import Settled
from outreach.language import N_
from outreach.language import gettext as _
from outreach.refusal import Refused
from views.web.forms import AS_IT_IS_READ, SheetForm

_CELL = re.compile(r"cell-(\d{1,5})-(\d{1,3})", re.ASCII)
_NUMBER = re.compile(r"\d{1,5}", re.ASCII)


class NotReady(Refused):
    """Rows are left that nobody settled, or none that could be added."""

    def __init__(self, read: Any) -> None:
        super().__init__(_("Some rows still want you."))
        self.read = read


def rows_field(description: str) -> TextAreaField:
    """Return the field into which rows are pasted."""
    return TextAreaField(
        N_("Rows from your spreadsheet"),
        description=description,
        validators=[DataRequired(N_("Paste the rows of a table first."))],
        render_kw={"rows": 12, "spellcheck": "false", "wrap": "off", **AS_IT_IS_READ},
    )


class PastedTableForm(SheetForm):
    """A pasted table. It travels with the form, beside it what a person mended or settled.

    `column-N` is the meaning of a column, `cell-ROW-COLUMN` a mended cell, `left_out` the
    number of a row that is not wanted.
    """

    meanings: ClassVar[Mapping[Any, Any]]
    """What a column can mean, in words."""

    def settled(self) -> Settled[Any]:
        """Return what the person settled."""
        cells = {
            (int(found[1]), int(found[2])): text.strip()
            for name, text in request.form.items()
            if (found := _CELL.fullmatch(name))
        }
        left_out = request.form.getlist("left_out")
        return Settled(
            self._roles(), cells, {int(number) for number in left_out if _NUMBER.fullmatch(number)}
        )

    @property
    def wants_text(self) -> bool:
        """Tell whether the person wants to change the text."""
        return "change_text" in request.form

    @property
    def leaves_bad(self) -> bool:
        """Tell whether the bad rows are left out."""
        return "leave_bad" in request.form

    def _roles(self) -> list[str] | None:
        """Return the meanings of the columns, if the form names one for each."""
        roles: list[str] = []
        for number in range(len(request.form)):
            role = request.form.get(f"column-{number}")
            if role is None or role not in self.meanings:
                break
            roles.append(role)
        return roles or None
