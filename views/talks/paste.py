"""Talks pasted from a spreadsheet."""

from typing import Any

from flask import Blueprint, url_for
from sqlalchemy import select

from models import Segment, Talk
from outreach.calendars.clock import say_figure
from outreach.language import N_
from outreach.language import gettext as _
from outreach.talks.library import add_talks
from outreach.talks.pasted_columns import ROLE_WORDS
from outreach.talks.pasting import TalkGround, TalkPaste, TypedTalk, read_talks, say_talks
from outreach.talks.speakers import read_owner, read_speakers
from views.web.act import Done
from views.web.guards import STAFF
from views.web.pasted import PastedSheet, PastedTableForm, ShownRow, paste_pages, rows_field
from views.web.request import db, here, me, real_now

blueprint = Blueprint("talk_paste", __name__)


class TalkPasteForm(PastedTableForm):
    """A pasted table of talks."""

    meanings = ROLE_WORDS
    text = rows_field(N_("With a line of heads or without. A title is enough."))


class TalkSheet(PastedSheet[TypedTalk]):
    """Talks of the library."""

    form_of = TalkPasteForm
    headline = N_("Paste the talks you have.")
    example = (
        ("Title", "The first three years"), ("Speakers", "Ada Example; Kim Sample"),
        ("Length", "30 min"), ("Level", "beginner"), ("Language", "en"),
    )  # fmt: skip
    heads = (N_("Length"), N_("Title"))
    columns = ((N_("Speakers"), ""),)

    def __init__(self) -> None:
        self.title = _("Paste talks")
        self.above = (
            (_("Talks"), url_for("talks.listing")),
            (_("Library"), url_for("library.listing")),
        )

    def read(self, form: TalkPasteForm) -> TalkPaste:
        titles = db().scalars(select(Talk.title).where(Talk.foundation_id == here().id))
        rows = db().execute(
            select(Segment.id, Segment.slug, Segment.short_name, Segment.name).where(
                Segment.foundation_id == here().id
            )
        )
        called = {name.casefold(): number for number, *names in rows for name in names}
        ground = TalkGround(frozenset(title.casefold() for title in titles), called)
        return read_talks(form.text.data or "", ground, form.settled())

    def show(self, row: TypedTalk) -> ShownRow:
        minutes = row.facts["minutes"]
        length = _("%(figure)s min", figure=say_figure(minutes)) if minutes else ""
        return ShownRow(length, row.facts["title"], (", ".join(row.speakers),))

    def keep(self, table: TalkPaste) -> Done:
        entry = add_talks(db(), here(), [_facts(row) for row in table.ready], me(), real_now())
        said = _("%(talks)s added to the library.", talks=say_talks(entry.detail["added"]))
        return Done(said, url_for("library.listing"), entry)


def _facts(talk: TypedTalk) -> dict[str, Any]:
    """Find the people of a row by their names; whoever is not on the list speaks too."""
    found = read_speakers(db(), here(), talk.speakers)
    people = {"speakers": found.people, "co_speakers": list(found.others)}
    return {**talk.facts, **people, "owner_id": read_owner(db(), here(), talk.owner)}


paste_pages(blueprint, "/talks/paste", STAFF, TalkSheet)
