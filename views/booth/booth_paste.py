"""Shifts pasted from a spreadsheet: the preview of what will happen, then all that is wanted."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Event
from outreach.accounts.history import Entry
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.booths import find_booth, zone_of
from outreach.staffing.booth.drawing import say_shifts
from outreach.staffing.booth.pasting import Setting, ShiftPaste, read_paste
from outreach.staffing.rules import rules_of
from outreach.staffing.signups.draw_batch import add_shifts, list_standing
from views.booth.booth_rows import event_here
from views.booth.booths import ask_place, days_of, segments_here
from views.booth.forms.booth_paste import ShiftPasteForm
from views.web.act import Done, act, beside, look_on_form
from views.web.guards import LEAD, allow
from views.web.pasted import NotReady
from views.web.request import db, me, planning_now, real_now

blueprint = Blueprint("booth_paste", __name__)


@blueprint.get("/events/<int:event_id>/booth/paste")
@allow(LEAD)
def paste(event_id: int) -> ResponseReturnValue:
    """Show the paste box, once it is known by which clock its times are."""
    event = event_here(event_id)
    return ask_place(event) or _paste_page(event, ShiftPasteForm())


@blueprint.post("/events/<int:event_id>/booth/paste/preview")
@allow(LEAD)
def preview(event_id: int) -> ResponseReturnValue:
    """Show what the pasted rows would do; nothing is stored."""
    event, form = event_here(event_id), ShiftPasteForm()
    if form.wants_text:
        return _paste_page(event, form)
    return look_on_form(
        form,
        lambda: _read(event, form),
        lambda read: _preview_page(event, form, read),
        lambda: _paste_page(event, form),
    )


@blueprint.post("/events/<int:event_id>/booth/paste")
@allow(LEAD)
def run(event_id: int) -> ResponseReturnValue:
    """Add the pasted shifts, all that are wanted or none."""
    event, form = event_here(event_id), ShiftPasteForm()
    to = url_for("booths.show", event_id=event_id)

    def add() -> Entry:
        read = _read(event, form)
        if read.of("bad") and not form.leaves_bad or not read.of("new"):
            raise NotReady(read)
        new = [line.drawn for line in read.of("new") if line.drawn]
        return add_shifts(db(), event, new, me(), planning_now(), real_now())

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        here = event_here(event_id)
        if isinstance(refusal, NotReady):
            return _preview_page(here, form, refusal.read)
        return beside(form, lambda: _paste_page(here, form))(refusal)

    return act(
        add,
        lambda entry: Done(_say_added(len(entry.detail["added"])), to, entry),
        otherwise,
    )


def _read(event: Event, form: ShiftPasteForm) -> ShiftPaste:
    """Read the table as it was settled. Refuses what is empty or too large."""
    if not form.validate():
        raise Refused(_("Paste the rows of a table first."), "text")
    booth = find_booth(db(), event.id)
    rules = rules_of(booth.rules if booth else {})
    standing = list_standing(db(), booth) if booth else []
    setting = Setting(
        *days_of(event),
        zone_of(event),
        rules.min_people,
        rules.max_people,
        tuple(segments_here()),
        frozenset((one.kind, one.starts, one.ends) for one in standing),
    )
    read = read_paste(form.text.data or "", setting, form.settled())
    if not read.lines:
        raise Refused(_("There are no rows in this text."), "text")
    return read


def _say_added(count: int) -> str:
    return _("%(shifts)s added.", shifts=say_shifts(count))


def _paste_page(event: Event, form: ShiftPasteForm) -> str:
    return render_template("booths/paste.html", event=event, form=form)


def _preview_page(event: Event, form: ShiftPasteForm, read: ShiftPaste) -> str:
    return render_template(
        "booths/paste_preview.html",
        event=event,
        form=form,
        paste=read,
        zone=zone_of(event),
    )
