"""Kits and swag pasted from a spreadsheet."""

from flask import Blueprint, url_for

from outreach.calendars.clock import say_date, say_figure
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.kits.load import STATE_SAID
from outreach.planning.kits.pasting import (
    KIT_ROLES,
    KitPaste,
    KitRow,
    keep_kits,
    read_kits,
    say_booking,
)
from outreach.planning.kits.swag_pasting import (
    SWAG_ROLES,
    SwagPaste,
    SwagRow,
    keep_swag,
    read_swag,
)
from views.web.act import Done
from views.web.guards import STAFF
from views.web.pasted import PastedSheet, PastedTableForm, ShownRow, paste_pages, rows_field
from views.web.request import db, here, me, real_now

blueprint = Blueprint("kit_paste", __name__)
swag_blueprint = Blueprint("swag_paste", __name__)


class KitPasteForm(PastedTableForm):
    """A pasted table of kits."""

    meanings = KIT_ROLES
    text = rows_field(
        N_(
            "A kit and a thing in it are enough; a kit that stands once holds for the rows below."
            " A row that names an event books the kit for it. What the rows leave out stays."
        )
    )


class SwagPasteForm(PastedTableForm):
    """A pasted table of what is given away."""

    meanings = SWAG_ROLES
    text = rows_field(
        N_("An event on your list and a thing are enough. What a cell leaves empty stays as it is.")
    )


class KitSheet(PastedSheet[KitRow]):
    """Kits with what is in them."""

    form_of = KitPasteForm
    headline = N_("Paste the kits you have.")
    example = (
        ("Kit", "Banner kit"), ("Kept in", "Raleigh, NC"), ("What", "roll-up banner"),
        ("How many", "2"),
    )  # fmt: skip
    heads = (N_("State"), N_("Kit"))
    columns = ((N_("What is in it"), ""), (N_("Kept in"), ""), (N_("Booked for"), ""))

    def __init__(self) -> None:
        self.title = _("Paste kits")
        self.above = ((_("Kits and swag"), url_for("kits.listing")),)

    def read(self, form: KitPasteForm) -> KitPaste:
        return read_kits(db(), here(), form.text.data or "", form.settled())

    def show(self, row: KitRow) -> ShownRow:
        state = str(STATE_SAID[row.state]) if row.state else ""
        thing = f"{say_figure(row.how_many)} × {row.what}" if row.what else ""
        return ShownRow(state, row.name, (thing, row.place, say_booking(row)))

    def keep(self, table: KitPaste) -> Done:
        entry = keep_kits(db(), here(), table, me(), real_now())
        said = _("%(rows)s kept.", rows=entry.detail["name"])
        return Done(said, url_for("kits.listing"), entry)


class SwagSheet(PastedSheet[SwagRow]):
    """What is given away at events."""

    form_of = SwagPasteForm
    headline = N_("Paste what you give away.")
    example = (
        ("Event", "SIGGRAPH"), ("What", "Stickers"), ("Ordered", "1000"),
        ("File by", "28 Jun 2024"), ("Arrives by", "26 Jul 2024"),
    )  # fmt: skip
    heads = (N_("Event begins"), N_("Event"))
    columns = ((N_("What"), ""), (N_("Ordered"), "num"), (N_("Came"), "num"), (N_("Left"), "num"))

    def __init__(self) -> None:
        self.title = _("Paste swag")
        self.above = ((_("Kits and swag"), url_for("kits.listing")),)

    def read(self, form: SwagPasteForm) -> SwagPaste:
        return read_swag(db(), here(), form.text.data or "", form.settled())

    def show(self, row: SwagRow) -> ShownRow:
        counts = (row.told.get(name) for name in ("ordered", "before", "after"))
        figures = ("" if one is None else say_figure(one) for one in counts)
        begins = say_date(row.event.starts_on)
        return ShownRow(begins, row.event.name, (row.told["item"], *figures))

    def keep(self, table: SwagPaste) -> Done:
        entry = keep_swag(db(), here(), table, me(), real_now())
        said = _("%(rows)s kept.", rows=entry.detail["name"])
        return Done(said, url_for("kits.listing"), entry)


paste_pages(blueprint, "/kits/paste", STAFF, KitSheet)
paste_pages(swag_blueprint, "/swag/paste", STAFF, SwagSheet)
