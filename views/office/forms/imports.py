"""Forms of the import: a pasted table with what a person settled about it, a file, an address."""

import re

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import FileField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired

from outreach.catalog.reading.columns import ROLE_WORDS, Role
from outreach.catalog.reading.dates import DayOrder
from outreach.catalog.reading.paste import EventPaste, read_paste
from views.web.forms import SheetForm, strip

_CELL = re.compile(r"cell-(\d{1,5})-(\d{1,3})", re.ASCII)
_LEFT_OUT = re.compile(r"\d{1,5}", re.ASCII)


class PasteForm(SheetForm):
    """A pasted table. It travels with the form, beside it what a person mended or settled.

    `column-N` is the meaning of a column, `cell-ROW-COLUMN` a mended cell, `left_out` the
    number of a row that is not wanted.
    """

    text = TextAreaField(
        "Rows from your spreadsheet",
        description="With a line of heads or without. A name and a date are enough.",
        validators=[DataRequired("Paste the rows of a table first.")],
        render_kw={"rows": 12, "spellcheck": "false", "wrap": "off"},
    )
    order = StringField(
        filters=[strip], validators=[AnyOf(["", "day", "month"], "Say which comes first.")]
    )

    def read(self) -> EventPaste:
        """Read the table as it was settled. Refuses what is too large."""
        order: DayOrder | None = None
        if self.order.data in ("day", "month"):
            order = self.order.data
        return read_paste(self.text.data or "", self._roles(), order, self._corrections())

    @property
    def left_out(self) -> set[int]:
        """Return the numbers of the rows that are not wanted."""
        given = request.form.getlist("left_out")
        return {int(number) for number in given if _LEFT_OUT.fullmatch(number)}

    def _roles(self) -> list[Role] | None:
        """Return the meanings of the columns, if the form names one for each."""
        roles: list[Role] = []
        for number in range(len(request.form)):
            named = request.form.get(f"column-{number}")
            role = next((role for role in ROLE_WORDS if role == named), None)
            if role is None:
                break
            roles.append(role)
        return roles or None

    def _corrections(self) -> dict[tuple[int, int], str]:
        found = {}
        for name, text in request.form.items():
            if cell := _CELL.fullmatch(name):
                found[int(cell[1]), int(cell[2])] = text.strip()
        return found


class FileForm(SheetForm):
    """A file, or the address of one."""

    file = FileField(
        "A file",
        description="conference-data JSON, or a table as CSV.",
        render_kw={"accept": ".json,.csv,.tsv,.txt"},
    )
    address = StringField(
        "Or the address of one",
        filters=[strip],
        render_kw={"type": "url", "placeholder": "https://", "spellcheck": "false"},
    )

    @property
    def content(self) -> bytes:
        """Return what was uploaded, nothing when no file was chosen."""
        uploaded = self.file.data
        return uploaded.read() if isinstance(uploaded, FileStorage) else b""
