"""Checklists: one on its event's page, begun from a template, changed and ticked item by item."""

from datetime import date

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import ChecklistItem, Event
from outreach.accounts.history import Entry
from outreach.language import N_, SaidLater
from outreach.language import gettext as _
from outreach.planning.checklists.edit import (
    add_item,
    begin,
    change_item,
    drop_item,
    find_last_edition,
    tick,
    write_when,
)
from outreach.planning.checklists.listing import list_items, list_owners, say_checklist, say_done
from outreach.planning.checklists.templates import ITEMS, KINDS, SETS, set_days
from views.deadlines.forms import BeginForm, begin_form, days_form, item_form
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import LEAD, STAFF, allow
from views.web.request import db, here, load, me, planning_now, real_now
from views.web.spreadsheet import as_spreadsheet

blueprint = Blueprint("checklists", __name__)
HEAD = (
    *("what", "by when", "day", "kind", "days open", "owner", "evidence", "done on", "done by"),
)


@blueprint.get("/events/<int:event_id>/checklist")
@allow(LEAD)
def show(event_id: int) -> str:
    """Show what is late, what comes, and what is done."""
    event = load(Event, event_id)
    return _page(event, _begin_form(event))


def _page(event: Event, form: BeginForm) -> str:
    items = list_items(db(), event, planning_now().date())
    return render_template(
        "checklists/show.html",
        event=event,
        items=items,
        headline=say_checklist(items),
        done=say_done(items),
        form=form,
    )


def _begin_form(event: Event) -> BeginForm:
    last = find_last_edition(db(), event)
    return begin_form(last.name if last else "")


@blueprint.post("/events/<int:event_id>/checklist")
@allow(LEAD)
def begin_from(event_id: int) -> ResponseReturnValue:
    """Begin it from a template, or add what another template asks for."""
    event = load(Event, event_id)
    form = _begin_form(event)
    return act_on_form(
        form,
        lambda: begin(db(), here(), event, form.template.data, me(), real_now()),
        lambda entry: _done(
            event, _("The checklist of %(event)s is there.", event=event.name), entry
        ),
        lambda: _page(event, form),
    )


@blueprint.get("/events/<int:event_id>/checklist.csv")
@allow(LEAD)
def spreadsheet(event_id: int) -> Response:
    """Give the checklist to a spreadsheet."""
    event = load(Event, event_id)
    rows = (
        (one.item.what, write_when(one.item), one.by, str(KINDS[one.item.kind]),
         one.item.opens_before, one.item.owner.name if one.item.owner else None,
         one.item.evidence, one.item.done_on, one.item.done_by.name if one.item.done_by else None)
        for one in list_items(db(), event, planning_now().date())
    )  # fmt: skip
    return as_spreadsheet(f"checklist-{event.id}", HEAD, rows)


@blueprint.route("/events/<int:event_id>/checklist/new", methods=["GET", "POST"])
@allow(LEAD)
def new(event_id: int) -> ResponseReturnValue:
    """Add an item that no template asks for."""
    event = load(Event, event_id)
    form = item_form(list_owners(db(), event))
    return act_on_form(
        form,
        lambda: add_item(db(), here(), event, form.typed(), me(), real_now()),
        lambda entry: _done(event, _("“%(what)s” is added.", what=form.what.data), entry),
        lambda: render_template("checklists/form.html", form=form, event=event, item=None),
    )


@blueprint.route("/events/<int:event_id>/checklist/<int:item_id>", methods=["GET", "POST"])
@allow(LEAD)
def edit(event_id: int, item_id: int) -> ResponseReturnValue:
    """Change what is asked, its day, owner or evidence."""
    event, item = load(Event, event_id), _item_here(event_id, item_id)
    owners = list_owners(db(), event, item.owner_id)
    form = item_form(owners, item)
    return act_on_form(
        form,
        lambda: change_item(
            db(), here(), item, form.typed(), form.seen_version(), me(), real_now()
        ),
        lambda entry: _done(event, _("“%(what)s” is changed.", what=item.what), entry),
        lambda: render_template("checklists/form.html", form=form, event=event, item=item),
        now=lambda: item_form(owners, item, formdata=None),
    )


@blueprint.post("/events/<int:event_id>/checklist/<int:item_id>/done")
@allow(LEAD)
def done(event_id: int, item_id: int) -> ResponseReturnValue:
    """Tick an item."""
    return _tick(event_id, item_id, planning_now().date(), N_("“%(what)s” is done."))


@blueprint.post("/events/<int:event_id>/checklist/<int:item_id>/open")
@allow(LEAD)
def reopen(event_id: int, item_id: int) -> ResponseReturnValue:
    """Take the tick of an item away."""
    return _tick(event_id, item_id, None, N_("“%(what)s” is still to do."))


def _tick(event_id: int, item_id: int, day: date | None, said: SaidLater) -> ResponseReturnValue:
    event, item = load(Event, event_id), _item_here(event_id, item_id)
    return act(
        lambda: tick(db(), here(), item, day, me(), real_now()),
        lambda entry: _done(event, said % {"what": item.what}, entry),
        on_page(url_for("checklists.show", event_id=event_id)),
    )


@blueprint.post("/events/<int:event_id>/checklist/<int:item_id>/remove")
@allow(LEAD)
def remove(event_id: int, item_id: int) -> ResponseReturnValue:
    """Take an item away."""
    event, item = load(Event, event_id), _item_here(event_id, item_id)
    said = _("“%(what)s” is removed.", what=item.what)
    return act(
        lambda: drop_item(db(), here(), item, me(), real_now()),
        lambda entry: _done(event, said, entry),
        on_page(url_for("checklists.edit", event_id=event_id, item_id=item_id)),
    )


@blueprint.route("/deadlines/days", methods=["GET", "POST"])
@allow(STAFF)
def days() -> ResponseReturnValue:
    """Show and change the days that new checklists begin with."""
    form, to = days_form(here()), url_for("checklists.days")
    return act_on_form(
        form,
        lambda: set_days(db(), here(), form.given(), me(), real_now()),
        lambda entry: Done(_("The days are saved."), to, entry),
        lambda: render_template("checklists/days.html", form=form, items=ITEMS, sets=SETS),
    )


def _item_here(event_id: int, item_id: int) -> ChecklistItem:
    """Return an item of this event, or answer that there is none."""
    item = load(ChecklistItem, item_id)
    return item if item.event_id == event_id else abort(404)


def _done(event: Event, sentence: str, entry: Entry | None) -> Done:
    """Lead back to the list, or to the board where the button stood there."""
    if request.form.get("to") == "board" and me().role == "staff":
        return Done(sentence, url_for("deadlines.board"), entry)
    return Done(sentence, url_for("checklists.show", event_id=event.id), entry)
