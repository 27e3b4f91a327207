"""A checklist pasted from a spreadsheet, into one event's."""

from flask import Blueprint, url_for

from models import Event
from outreach.calendars.clock import say_long_day
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.checklists.pasting import (
    ROLE_WORDS,
    ItemPaste,
    PastedItem,
    keep_paste,
    read_paste,
)
from outreach.planning.checklists.templates import KINDS
from views.web.act import Done
from views.web.guards import LEAD
from views.web.pasted import PastedSheet, PastedTableForm, ShownRow, paste_pages, rows_field
from views.web.request import db, here, load, me, real_now

blueprint = Blueprint("checklist_paste", __name__)


class ItemPasteForm(PastedTableForm):
    """A pasted checklist."""

    meanings = ROLE_WORDS
    text = rows_field(
        N_("With a line of heads or without. What is to be done and by when are enough.")
    )


class ItemSheet(PastedSheet[PastedItem]):
    """Items of one event's checklist; one that is there is known by what is to be done."""

    form_of = ItemPasteForm
    headline = N_("Paste the checklist you have.")
    example = (("What", "Send the badges"), ("By when", "T-31"), ("Kind", "exhibitor form"))
    heads = (N_("By when"), N_("What"))
    columns = ((N_("Kind"), ""), (N_("Done on"), "mute"))

    def __init__(self, event_id: int) -> None:
        self.event = load(Event, event_id)
        self.title = _("Paste a checklist")
        self.above = (
            (self.event.name, url_for("events.show", event_id=event_id)),
            (_("Checklist"), url_for("checklists.show", event_id=event_id)),
        )

    def read(self, form: ItemPasteForm) -> ItemPaste:
        return read_paste(db(), self.event, form.text.data or "", form.settled())

    def show(self, row: PastedItem) -> ShownRow:
        told = row.columns
        when = say_long_day(told["fixed_on"]) if told["days"] is None else f"T{told['days']:+d}"
        done = say_long_day(told["done_on"]) if told.get("done_on") else ""
        return ShownRow(when, told["what"], (str(KINDS[told.get("kind", "task")]), done))

    def keep(self, table: ItemPaste) -> Done:
        entry = keep_paste(db(), here(), self.event, table, me(), real_now())
        said = _("%(items)s kept.", items=entry.detail["name"])
        return Done(said, url_for("checklists.show", event_id=self.event.id), entry)


paste_pages(blueprint, "/events/<int:event_id>/checklist/paste", LEAD, ItemSheet)
