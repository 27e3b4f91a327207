"""The form of pasted shifts: the text, and what a person settled about it."""

import re

from flask import request
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from outreach.staffing.booth.pasted_columns import ROLE_WORDS, Role
from outreach.staffing.booth.pasting import Settled
from views.web.forms import SheetForm

_CELL = re.compile(r"cell-(\d{1,5})-(\d{1,3})", re.ASCII)
_NUMBER = re.compile(r"\d{1,5}", re.ASCII)


class ShiftPasteForm(SheetForm):
    """A pasted table. It travels with the form, beside it what a person mended or settled.

    `column-N` is the meaning of a column, `cell-ROW-COLUMN` a mended cell, `left_out` the
    number of a row that is not wanted.
    """

    text = TextAreaField(
        "Rows from your spreadsheet",
        description="With a line of heads or without. A day and a time are enough; a day that"
        " stands once holds for the rows below it.",
        validators=[DataRequired("Paste the rows of a table first.")],
        render_kw={"rows": 12, "spellcheck": "false", "wrap": "off"},
    )

    def settled(self) -> Settled:
        left_out = request.form.getlist("left_out")
        return Settled(
            self._roles(),
            {
                (int(found[1]), int(found[2])): text.strip()
                for name, text in request.form.items()
                if (found := _CELL.fullmatch(name))
            },
            {int(number) for number in left_out if _NUMBER.fullmatch(number)},
        )

    @property
    def wants_text(self) -> bool:
        """Tell whether the person wants to change the text."""
        return "change_text" in request.form

    @property
    def leaves_bad(self) -> bool:
        """Tell whether the bad rows are left out."""
        return "leave_bad" in request.form

    def _roles(self) -> tuple[Role, ...] | None:
        """Return the meanings of the columns, if the form names one for each."""
        roles: list[Role] = []
        for number in range(len(request.form)):
            named = request.form.get(f"column-{number}")
            role = next((role for role in ROLE_WORDS if role == named), None)
            if role is None:
                break
            roles.append(role)
        return tuple(roles) or None
