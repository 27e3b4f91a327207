"""Trips pasted from a spreadsheet."""

from flask import Blueprint, url_for

from outreach.calendars.clock import say_days, say_list
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.trips.pasting import (
    TRIP_ROLES,
    TripPaste,
    TripRow,
    keep_trips,
    read_trips,
)
from views.web.act import Done
from views.web.guards import STAFF
from views.web.pasted import PastedSheet, PastedTableForm, ShownRow, paste_pages, rows_field
from views.web.request import db, here, me, real_now

blueprint = Blueprint("trip_paste", __name__)


class TripPasteForm(PastedTableForm):
    """A pasted table of who is on which trip."""

    meanings = TRIP_ROLES
    text = rows_field(
        N_(
            "An event or a trip, somebody on your list of people and two days are enough. Several"
            " events of one trip have a + between them. A shared cost has a row of its own."
        )
    )


class TripSheet(PastedSheet[TripRow]):
    """Who is on which trip, for which nights."""

    form_of = TripPasteForm
    headline = N_("Paste who goes where.")
    example = (
        ("Trip", "Denver"), ("Events", "Open Source Days + SIGGRAPH"), ("Name", "Kim Sample"),
        ("Arrives", "27 Jul 2024"), ("Leaves", "2 Aug 2024"),
    )  # fmt: skip
    heads = (N_("Days"), N_("Who"))
    columns = ((N_("Trip"), ""), (N_("Note"), "mute"))

    def __init__(self) -> None:
        self.title = _("Paste trips")
        self.above = ((_("Trips"), url_for("trips.listing")),)

    def read(self, form: TripPasteForm) -> TripPaste:
        return read_trips(db(), here(), form.text.data or "", form.settled())

    def show(self, row: TripRow) -> ShownRow:
        days = say_days(row.stay.arrives_on, row.stay.leaves_on) if row.stay else ""
        events = say_list([one.name for one in row.events])
        trip = row.trip.name if row.trip else _("%(place)s, new: %(events)s", place=row.place,
                                                events=events)  # fmt: skip
        note = row.stay.note if row.stay else ""
        if row.cost:
            amounts = (row.cost.estimated, row.cost.spent)
            note = " · ".join(one.say() for one in amounts if one)
        return ShownRow(days, row.name, (trip, note))

    def keep(self, table: TripPaste) -> Done:
        entry = keep_trips(db(), here(), table, me(), real_now())
        said = _("%(rows)s kept.", rows=entry.detail["name"])
        return Done(said, url_for("trips.listing"), entry)


paste_pages(blueprint, "/trips/paste", STAFF, TripSheet)
