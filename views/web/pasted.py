"""A pasted table: its box, its preview, the act. Each kind says only what it has of its own."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from outreach.accounts.roles import Guard
from outreach.catalog.reading.pasted import PastedTable, Row
from outreach.catalog.reading.table import Settled
from outreach.language import N_
from outreach.language import gettext as _
from outreach.refusal import Refused
from views.web.act import Done, act, beside, look_on_form
from views.web.forms import AS_IT_IS_READ, SheetForm
from views.web.guards import allow

_CELL = re.compile(r"cell-(\d{1,5})-(\d{1,3})", re.ASCII)
_NUMBER = re.compile(r"\d{1,5}", re.ASCII)


class NotReady(Refused):
    """Rows are left that nobody settled, or none that could be added."""

    def __init__(self, read: PastedTable[Any, Any]) -> None:
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


@dataclass(frozen=True, slots=True)
class ShownRow:
    """What the preview shows of a row that was read: its time, its name, its other columns."""

    when: str
    name: str
    cells: Sequence[str]
    beside: str = ""
    """What is said of the name in small letters."""
    new: str = ""
    """What is said of a new one, where that is more than that it is new."""


class PastedSheet(Generic[Row]):
    """One kind of table. It is made anew, from the address, whenever its rows are wanted."""

    form_of: ClassVar[type[PastedTableForm]]
    headline: ClassVar[str]
    """What is asked for above the box."""
    example: ClassVar[Sequence[tuple[str, str]]]
    """Heads, each with a cell: typed as the program reads it."""
    heads: ClassVar[tuple[str, str]]
    """Heads of the time and of the name in the preview."""
    columns: ClassVar[Sequence[tuple[str, str]]]
    """Heads of its other columns, with their looks."""

    title: str
    above: Sequence[tuple[str, str]]
    """The pages above it: words and addresses."""
    usual: Mapping[str, Any] = {}
    """What the form holds to begin with."""

    def read(self, form: Any) -> PastedTable[Any, Row]:
        """Read the table as it was settled."""
        raise NotImplementedError

    def show(self, row: Row) -> ShownRow:
        """Say what was read from a row."""
        raise NotImplementedError

    def keep(self, table: PastedTable[Any, Row]) -> Done:
        """Take the ready rows over."""
        raise NotImplementedError

    def say_more(self, table: PastedTable[Any, Row], form: Any) -> str:
        """Say what else one must know before keeping it."""
        return ""

    def lead_elsewhere(self) -> ResponseReturnValue | None:
        """Lead to what must be settled before a table can be read."""
        return None

    def open(self, form: PastedTableForm) -> PastedTable[Any, Row]:
        """Read the table; refuses one without rows."""
        table = self.read(form)
        if not table.lines:
            raise Refused(_("There are no rows in this text."), "text")
        return table

    def box(self, form: PastedTableForm) -> str:
        """Draw the box."""
        return render_template("pasted/box.html", sheet=self, form=form, to=_address("preview"))

    def preview(self, form: PastedTableForm, table: PastedTable[Any, Row]) -> str:
        """Draw what will happen, row by row."""
        return render_template(
            "pasted/preview.html", sheet=self, form=form, paste=table, to=_address
        )


Sheets = Callable[..., PastedSheet[Any]]


def paste_pages(blueprint: Blueprint, address: str, guard: Guard, sheets: Sheets) -> None:
    """Give a kind of table its three addresses. `sheets` takes what the address names."""

    @allow(guard)
    def paste(**keys: int) -> ResponseReturnValue:
        """Show the box."""
        sheet = sheets(**keys)
        return sheet.lead_elsewhere() or sheet.box(sheet.form_of(data=sheet.usual))

    @allow(guard)
    def preview(**keys: int) -> ResponseReturnValue:
        """Show what the rows would do; nothing is stored."""
        return _look(sheets(**keys))

    @allow(guard)
    def run(**keys: int) -> ResponseReturnValue:
        """Keep the rows, all that are wanted or none."""
        return _keep(lambda: sheets(**keys))

    blueprint.get(address)(paste)
    blueprint.post(f"{address}/preview")(preview)
    blueprint.post(address)(run)


def _look(sheet: PastedSheet[Any]) -> ResponseReturnValue:
    form = sheet.form_of()
    if form.wants_text:
        return sheet.box(form)
    return look_on_form(
        form,
        lambda: sheet.open(form),
        lambda table: sheet.preview(form, table),
        lambda: sheet.box(form),
    )


def _keep(made: Callable[[], PastedSheet[Any]]) -> ResponseReturnValue:
    """Try the act; the page that says why not is drawn by a sheet that knows the rows again."""
    sheet = made()
    form = sheet.form_of()

    def keep() -> Done:
        table = sheet.open(form)
        if table.bad and not form.leaves_bad or not table.ready:
            raise NotReady(table)
        return sheet.keep(table)

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        if isinstance(refusal, NotReady):
            return made().preview(form, refusal.read)
        return beside(form, lambda: made().box(form))(refusal)

    if not form.validate():
        return sheet.box(form), 422
    return act(keep, lambda done: done, otherwise)


def _address(page: str) -> str:
    """Return the address of another page of the same table."""
    return url_for(f".{page}", **(request.view_args or {}))
