"""Shifts pasted from a spreadsheet."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from outreach.language import N_
from outreach.language import gettext as _
from outreach.staffing.booth.booths import find_booth, zone_of
from outreach.staffing.booth.drawing import Drawn, say_shifts
from outreach.staffing.booth.hours import say_kind_within
from outreach.staffing.booth.pasted_columns import ROLE_WORDS
from outreach.staffing.booth.pasting import Setting, ShiftPaste, read_paste
from outreach.staffing.rules import rules_of
from outreach.staffing.signups.batches.draw import add_shifts, list_standing
from views.booth.booth_rows import event_here
from views.booth.booths import ask_place, days_of, segments_here
from views.booth.need_names import say_named_need
from views.mine.venue_words import UNKNOWN, say_when
from views.web.act import Done
from views.web.guards import LEAD
from views.web.pasted import PastedSheet, PastedTableForm, ShownRow, paste_pages, rows_field
from views.web.request import db, me, planning_now, real_now

blueprint = Blueprint("booth_paste", __name__)


class ShiftPasteForm(PastedTableForm):
    """A pasted table of shifts."""

    meanings = ROLE_WORDS
    text = rows_field(
        N_(
            "With a line of heads or without. A day and a time are enough; a day that"
            " stands once holds for the rows below it."
        )
    )


class ShiftSheet(PastedSheet[Drawn]):
    """Shifts of an event's booth, once it is known by which clock their times are."""

    form_of = ShiftPasteForm
    headline = N_("Paste the shifts you have.")
    example = (
        ("Day", "Tue 30 Jul"), ("Time", "09:30–11:30"), ("People", "2–3"),
        ("Needs", "lead, knows VFX"), ("Note", "doors open"),
    )  # fmt: skip
    heads = (N_("Day"), N_("Time"))
    columns = ((N_("People"), ""), (N_("Asks for"), ""), (N_("Note"), "wide mute"))

    def __init__(self, event_id: int) -> None:
        self.event = event_here(event_id)
        self.title = _("Paste shifts, %(event)s", event=self.event.name)
        self.up = url_for("booths.show", event_id=event_id)
        self.above = (
            (self.event.name, url_for("events.show", event_id=event_id)),
            (_("Booth"), self.up),
        )

    def lead_elsewhere(self) -> ResponseReturnValue | None:
        return ask_place(self.event)

    def read(self, form: ShiftPasteForm) -> ShiftPaste:
        booth = find_booth(db(), self.event.id)
        rules = rules_of(booth.rules if booth else {})
        standing = list_standing(db(), booth) if booth else []
        setting = Setting(
            *days_of(self.event),
            zone_of(self.event),
            rules.min_people,
            rules.max_people,
            tuple(segments_here()),
            frozenset((one.kind, one.starts, one.ends) for one in standing),
        )
        return read_paste(form.text.data or "", setting, form.settled())

    def say_more(self, table: ShiftPaste, form: ShiftPasteForm) -> str:
        if "names" not in table.roles:
            return ""
        return _("Names are not taken over: put people on their shifts from the roster.")

    def show(self, row: Drawn) -> ShownRow:
        when = say_when(row.starts, row.ends, self.event.timezone or UNKNOWN)
        people = "–".join(map(str, sorted({row.min_people, row.max_people})))
        needs = ", ".join(map(say_named_need, row.needs))
        return ShownRow(when.day, when.span, (people, needs, row.note), say_kind_within(row.kind))

    def keep(self, table: ShiftPaste) -> Done:
        entry = add_shifts(db(), self.event, table.ready, me(), planning_now(), real_now())
        shifts = say_shifts(len(entry.detail["added"]))
        return Done(_("%(shifts)s added.", shifts=shifts), self.up, entry)


paste_pages(blueprint, "/events/<int:event_id>/booth/paste", LEAD, ShiftSheet)
