"""A pasted money table."""

from flask import Blueprint, url_for
from wtforms.validators import DataRequired

from outreach.amounts.currencies import read_currency
from outreach.calendars.clock import say_count, say_date
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.money.paste_in import add_pasted, open_ledger
from outreach.planning.money.pasted_columns import ROLE_WORDS
from outreach.planning.money.pasting import MoneyPaste, MoneyRow, read_paste
from outreach.planning.money.states import WORDS
from outreach.refusal import about
from views.money.forms import words
from views.money.steps import doing_of
from views.web.act import Done
from views.web.guards import STAFF
from views.web.pasted import PastedSheet, PastedTableForm, ShownRow, paste_pages, rows_field
from views.web.request import db, here, me

blueprint = Blueprint("money_paste", __name__)


class MoneyPasteForm(PastedTableForm):
    """A pasted money table, and the currency of what names none."""

    meanings = ROLE_WORDS
    text = rows_field(
        N_(
            "A name, an event that is on your list and an amount are enough. People who are not"
            " on the list yet are added to it."
        )
    )
    currency = words(
        N_("Currency where none is written, and of a bare $"),
        20,
        DataRequired(N_("Give the three letters, like EUR.")),
    )


class MoneySheet(PastedSheet[MoneyRow]):
    """Requests for money of former times or other tools."""

    form_of = MoneyPasteForm
    headline = N_("Paste the money table you have.")
    example = (
        ("Name", "Kim Sample"), ("Event", "SIGGRAPH"), ("Asked for", "252.68 €"),
        ("Spent", "US $288.56"), ("Paid", "Withdrawn"),
    )  # fmt: skip
    heads = (N_("Asked on"), N_("Who"))
    columns = ((N_("Asked for"), "num"), (N_("Spent"), "num"), (N_("Paid"), "num"))

    def __init__(self) -> None:
        self.title = _("Paste a money table")
        self.above = ((_("Money"), url_for("money.listing")),)
        self.usual = {"currency": here().currency}

    def read(self, form: MoneyPasteForm) -> MoneyPaste:
        with about("currency"):
            currency = read_currency(form.currency.data or "")
        ledger = open_ledger(db(), here(), currency, doing_of(here(), me()))
        return read_paste(form.text.data or "", ledger, form.settled())

    def say_more(self, table: MoneyPaste, form: MoneyPasteForm) -> str:
        return _("What names no currency is read as %(code)s.", code=form.currency.data)

    def show(self, row: MoneyRow) -> ShownRow:
        asked_on = row.days["asked_on"]
        said = (row.amounts[step] for step in ("estimated", "spent", "authorised"))
        event = f"{row.event.name} {row.event.starts.year}"
        if not row.person_id:
            event = _("%(event)s, new on the list", event=event)
        return ShownRow(
            say_date(asked_on) if asked_on else "",
            row.name,
            [money.say() if money else "" for money in said],
            event,
            _("New, %(state)s.", state=WORDS[row.state]),
        )

    def keep(self, table: MoneyPaste) -> Done:
        entry = add_pasted(doing_of(here(), me()), table.ready)
        said = say_count("%(Number)s row is added.", "%(Number)s rows are added.", len(table.ready))
        return Done(said, url_for("money.listing"), entry)


paste_pages(blueprint, "/money/paste", STAFF, MoneySheet)
