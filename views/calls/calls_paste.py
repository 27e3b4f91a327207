"""Calls pasted from a spreadsheet."""

from flask import Blueprint, url_for

from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.calls.closing import KINDS
from outreach.planning.calls.pasting import (
    CallPaste,
    PastedCall,
    find_setting,
    keep_paste,
    read_paste,
)
from views.calls.forms import CallPasteForm
from views.web.act import Done
from views.web.guards import STAFF
from views.web.pasted import PastedSheet, ShownRow, paste_pages
from views.web.request import db, here, me, planning_now, real_now

blueprint = Blueprint("calls_paste", __name__)


class CallSheet(PastedSheet[PastedCall]):
    """Calls of events that are still to come."""

    form_of = CallPasteForm
    headline = N_("Paste the calls you have.")
    example = (
        ("Event", "SeaGL"), ("Call for", "talks"), ("Closes", "30 Jul 2024 23:59 AoE"),
        ("Told by", "26 Aug 2024"), ("Address", "seagl.org/cfp"),
    )  # fmt: skip
    heads = (N_("Closes"), N_("Event"))
    columns = ((N_("Call for"), ""), (N_("Instant and marks"), "mute"))

    def __init__(self) -> None:
        self.title = _("Paste calls")
        self.above = ((_("Calls"), url_for("calls.board")),)

    def read(self, form: CallPasteForm) -> CallPaste:
        today = planning_now().date()
        setting = find_setting(db(), here(), today, form.assumed.data, form.order)
        return read_paste(form.text.data or "", setting, form.settled())

    def show(self, row: PastedCall) -> ShownRow:
        kind, name = KINDS[row.columns["kind"]], row.columns["name"]
        called = f"{kind}, {name}" if name else str(kind)
        when = row.say_closing(planning_now().date())
        year = str(row.event.starts_on.year)
        return ShownRow(when, row.event.name, (called, row.say_instant()), year)

    def keep(self, table: CallPaste) -> Done:
        entry = keep_paste(db(), here(), table, me(), real_now())
        said = _("%(calls)s kept.", calls=entry.detail["name"])
        return Done(said, url_for("calls.board"), entry)


paste_pages(blueprint, "/calls/paste", STAFF, CallSheet)
