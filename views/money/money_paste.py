"""A pasted money table: the preview of what will happen, then all that is wanted."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import DataRequired

from outreach.accounts.history import Entry
from outreach.amounts.currencies import read_currency
from outreach.calendars.clock import say_count
from outreach.language import N_
from outreach.planning.money.paste_in import add_pasted, open_ledger
from outreach.planning.money.pasted_columns import ROLE_WORDS
from outreach.planning.money.pasting import MoneyPaste, read_paste
from outreach.planning.money.states import WORDS
from outreach.refusal import Refused, about
from views.money.forms import words
from views.money.steps import doing_of
from views.web.act import Done, act, beside, look_on_form
from views.web.guards import STAFF, allow
from views.web.pasted import NotReady, PastedTableForm, rows_field
from views.web.request import db, here, me

blueprint = Blueprint("money_paste", __name__)


class MoneyPasteForm(PastedTableForm):
    """A pasted money table, and the currency of what names none."""

    meanings = ROLE_WORDS
    text = rows_field(
        "A name, an event that is on your list and an amount are enough. People who are not on"
        " the list yet are added to it."
    )
    currency = words(
        N_("Currency where none is written, and of a bare $"),
        20,
        DataRequired(N_("Give the three letters, like EUR.")),
    )


@blueprint.get("/money/paste")
@allow(STAFF)
def paste() -> str:
    """Show the paste box."""
    return _paste_page(MoneyPasteForm(data={"currency": here().currency}))


@blueprint.post("/money/paste/preview")
@allow(STAFF)
def preview() -> ResponseReturnValue:
    """Show what the pasted rows would do; nothing is stored."""
    form = MoneyPasteForm()
    if form.wants_text:
        return _paste_page(form)
    return look_on_form(
        form, lambda: _read(form), lambda read: _preview_page(form, read), lambda: _paste_page(form)
    )


@blueprint.post("/money/paste")
@allow(STAFF)
def run() -> ResponseReturnValue:
    """Add the pasted rows, all that are wanted or none."""
    form = MoneyPasteForm()

    def add() -> tuple[Entry, int]:
        read = _read(form)
        if read.of("bad") and not form.leaves_bad or not read.of("new"):
            raise NotReady(read)
        new = [line.row for line in read.of("new") if line.row]
        return add_pasted(doing_of(here(), me()), new), len(new)

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        if isinstance(refusal, NotReady):
            return _preview_page(form, refusal.read)
        return beside(form, lambda: _paste_page(form))(refusal)

    return act(add, lambda done: _done(*done), otherwise)


def _done(entry: Entry, count: int) -> Done:
    said = say_count("%(Number)s row is added.", "%(Number)s rows are added.", count)
    return Done(said, url_for("money.listing"), entry)


def _read(form: MoneyPasteForm) -> MoneyPaste:
    """Read the table as it was settled. Refuses what is empty or too large."""
    if not form.validate():
        raise Refused("Paste the rows of a table first.", "text")
    with about("currency"):
        currency = read_currency(form.currency.data or "")
    ledger = open_ledger(db(), here(), currency, doing_of(here(), me()))
    read = read_paste(form.text.data or "", ledger, form.settled())
    if not read.lines:
        raise Refused("There are no rows in this text.", "text")
    return read


def _paste_page(form: MoneyPasteForm) -> str:
    return render_template("money/paste.html", form=form)


def _preview_page(form: MoneyPasteForm, read: MoneyPaste) -> str:
    return render_template("money/paste_preview.html", form=form, paste=read, words=WORDS)
