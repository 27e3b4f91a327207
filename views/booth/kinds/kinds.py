"""Kinds of shift with their own place, note and link: named, changed, taken away."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Booth, Event, ShiftKind
from outreach.accounts.history import Entry
from outreach.calendars.clock import say_stretch
from outreach.language import gettext as _
from outreach.staffing.booth.booths import list_kinds
from outreach.staffing.roster.load import load_duty
from outreach.staffing.shift_kinds import remove_kind, save_kind
from views.booth.booth_rows import booth_of, event_here
from views.booth.forms.kinds import KindForm
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import LEAD, allow
from views.web.request import db, me, planning_now, real_now

blueprint = Blueprint("kinds", __name__)


@blueprint.route("/events/<int:event_id>/booth/kinds", methods=["GET", "POST"])
@allow(LEAD)
def listing(event_id: int) -> ResponseReturnValue:
    """Show the kinds of shift that the booth names, and add one."""
    event = event_here(event_id)
    return _form_page(event, booth_of(event), None)


@blueprint.route("/events/<int:event_id>/booth/kinds/<int:kind_id>", methods=["GET", "POST"])
@allow(LEAD)
def edit(event_id: int, kind_id: int) -> ResponseReturnValue:
    """Change a kind, and which shifts are of it."""
    event = event_here(event_id)
    booth = booth_of(event)
    return _form_page(event, booth, _kind_of(booth, kind_id))


@blueprint.post("/events/<int:event_id>/booth/kinds/<int:kind_id>/remove")
@allow(LEAD)
def remove(event_id: int, kind_id: int) -> ResponseReturnValue:
    """Take a kind away; its shifts stay."""
    event = event_here(event_id)
    booth = booth_of(event)
    kind = _kind_of(booth, kind_id)
    said = _("%(kind)s is no kind any more; its shifts stay.", kind=kind.name)
    return act(
        lambda: remove_kind(db(), booth, event, kind, me(), planning_now(), real_now()),
        lambda entry: _done(event, said, entry),
        on_page(url_for("kinds.listing", event_id=event_id)),
    )


def _form_page(event: Event, booth: Booth, kind: ShiftKind | None) -> ResponseReturnValue:
    rows = load_duty(db(), booth, event).rows
    shifts = [(row.id, say_stretch(row.starts, row.ends, row.zone)) for row in rows]
    kinds = list_kinds(db(), booth)
    of_kind = {one.id: [row.id for row in rows if row.own_kind_id == one.id] for one in kinds}
    form = KindForm.of(kind, shifts, of_kind[kind.id] if kind else [])
    return act_on_form(
        form,
        lambda: save_kind(
            db(), booth, event, kind, form.wanted(), me(), planning_now(), real_now()
        ),
        lambda entry: _done(event, _("%(kind)s is saved.", kind=form.name.data), entry),
        lambda: render_template(
            "booths/kinds.html", event=event, kind=kind, kinds=kinds, of_kind=of_kind, form=form
        ),
    )


def _kind_of(booth: Booth, kind_id: int) -> ShiftKind:
    found = (one for one in list_kinds(db(), booth) if one.id == kind_id)
    return next(found, None) or abort(404)


def _done(event: Event, sentence: str, entry: Entry | None) -> Done:
    return Done(sentence, url_for("kinds.listing", event_id=event.id), entry)
