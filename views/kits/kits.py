"""Kits: where they are and go, what is in them; swag of all events by time."""

from collections.abc import Iterator, Sequence
from itertools import chain

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Kit, Swag
from outreach.accounts.history import Entry
from outreach.language import gettext as _
from outreach.planning.history.lines import find_last_line
from outreach.planning.kits.kits import add_kit, change_kit, remove_kit
from outreach.planning.kits.load import (
    STATE_SAID,
    KitStop,
    all_stops,
    open_kit,
    say_kits,
    stops_ahead,
    stops_of,
)
from outreach.planning.kits.swag import list_swag, say_swag
from views.kits.forms import KitForm, kit_form
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, me, planning_now, real_now
from views.web.spreadsheet import BookSheet, as_spreadsheet

blueprint = Blueprint("kits", __name__)

KIT_HEAD = ("kit", "kept in", "state", "event", "first day", "days before", "days after",
            "sent", "arrived", "what", "how many", "came", "went back", "reason")  # fmt: skip
SWAG_HEAD = ("event", "first day", "what", "ordered", "ordered on", "file by", "file sent",
             "arrives from", "arrives by", "before", "after")  # fmt: skip
SWAG_COLUMNS = ("item", "ordered", "ordered_on", "file_by", "filed_on", "arrives_from",
                "arrives_by", "before", "after")  # fmt: skip


@blueprint.get("/kits")
@allow(STAFF)
def listing() -> str:
    """Show where kits go next and what stands against it, all kits, and what is given away."""
    today = planning_now().date()
    kits, stops = all_stops(db(), here())
    ahead = stops_ahead(stops, today)
    rows = [one for one in list_swag(db(), here()) if one.event.ends_on >= today]
    return render_template(
        "kits/listing.html", kits=kits, stops=ahead, states=STATE_SAID,
        swag=[(one, say_swag(one, today)) for one in rows],
        headline=say_kits(kits, ahead),
    )  # fmt: skip


@blueprint.get("/kits.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give every kit with its bookings and counts to a spreadsheet."""
    kits, stops = all_stops(db(), here())
    away = {stop.kit.id for stop in stops}
    at_home = (kit for kit in kits if kit.id not in away)
    rows = chain(_rows_away(stops), (row for kit in at_home for row in _rows_at_home(kit)))
    return as_spreadsheet("kits", KIT_HEAD, rows)


def sheet_of(year: int) -> BookSheet:
    """Return the kits that are booked for a season's events."""
    _kits, stops = all_stops(db(), here())
    ours = [stop for stop in stops if stop.booking.event.starts_on.year == year]
    return BookSheet("kits", KIT_HEAD, _rows_away(ours))


def _rows_away(stops: Sequence[KitStop]) -> Iterator[tuple[object, ...]]:
    for stop in stops:
        booking, event = stop.booking, stop.booking.event
        days = (booking.days_before, booking.days_after, booking.sent_on, booking.arrived_on)
        head = (*_head(stop.kit), event.name, event.starts_on, *days)
        for one in stop.counted:
            yield (*head, one.what, one.how_many, one.before, one.after, booking.reason)
        if not stop.counted:
            yield (*head, *[None] * 4, booking.reason)


def _rows_at_home(kit: Kit) -> Iterator[tuple[object, ...]]:
    head = (*_head(kit), *[None] * 6)
    for one in kit.lines:
        yield (*head, one.what, one.how_many, *[None] * 3)
    if not kit.lines:
        yield (*head, *[None] * 5)


def _head(kit: Kit) -> tuple[object, ...]:
    return kit.name, kit.place, str(STATE_SAID[kit.state])


@blueprint.get("/swag.csv")
@allow(STAFF)
def swag_spreadsheet() -> Response:
    """Give what is given away to a spreadsheet."""
    return as_spreadsheet("swag", SWAG_HEAD, map(_swag_row, list_swag(db(), here())))


def swag_sheet_of(year: int) -> BookSheet:
    """Return what is given away at a season's events."""
    ours = (one for one in list_swag(db(), here()) if one.event.starts_on.year == year)
    return BookSheet("swag", SWAG_HEAD, map(_swag_row, ours))


def _swag_row(one: Swag) -> tuple[object, ...]:
    return one.event.name, one.event.starts_on, *(getattr(one, name) for name in SWAG_COLUMNS)


@blueprint.route("/kits/new", methods=["GET", "POST"])
@allow(STAFF)
def new() -> ResponseReturnValue:
    """Add a kit."""
    form = KitForm()
    return act_on_form(
        form,
        lambda: add_kit(db(), here(), form.typed(), me(), real_now()),
        lambda made: _done(made[0], _("%(kit)s is kept.", kit=made[0].name), made[1]),
        lambda: render_template("kits/form.html", form=form, kit=None),
    )


@blueprint.get("/kits/<int:kit_id>")
@allow(STAFF)
def show(kit_id: int) -> str:
    """Show a kit: what is in it, where it goes, how often it came back whole."""
    kit = open_kit(db(), load(Kit, kit_id))
    return render_template(
        "kits/show.html",
        kit=kit,
        stops=stops_of(kit),
        state=STATE_SAID[kit.state],
        last=find_last_line(db(), here(), ("kit", kit.id), me()),
    )


@blueprint.route("/kits/<int:kit_id>/edit", methods=["GET", "POST"])
@allow(STAFF)
def edit(kit_id: int) -> ResponseReturnValue:
    """Change a kit and what is in it."""
    kit = open_kit(db(), load(Kit, kit_id))
    form = kit_form(kit)
    return act_on_form(
        form,
        lambda: change_kit(db(), here(), kit, form.typed(), form.seen_version(), me(), real_now()),
        lambda entry: _done(kit, _("%(kit)s is changed.", kit=kit.name), entry),
        lambda: render_template("kits/form.html", form=form, kit=kit),
        now=lambda: kit_form(open_kit(db(), kit), formdata=None),
    )


@blueprint.post("/kits/<int:kit_id>/remove")
@allow(STAFF)
def remove(kit_id: int) -> ResponseReturnValue:
    """Take a kit away with its bookings."""
    kit = load(Kit, kit_id)
    said = _("%(kit)s is removed.", kit=kit.name)
    return act(
        lambda: remove_kit(db(), here(), kit, me(), real_now()),
        lambda entry: Done(said, url_for("kits.listing"), entry),
        on_page(url_for("kits.show", kit_id=kit_id)),
    )


def _done(kit: Kit, sentence: str, entry: Entry | None) -> Done:
    return Done(sentence, url_for("kits.show", kit_id=kit.id), entry)
