"""Talks pasted from a spreadsheet: the preview of what will happen, then all that is wanted."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import Segment, Talk
from outreach.accounts.history import Entry
from outreach.refusal import Refused
from outreach.talks.library import add_talks
from outreach.talks.pasted_columns import ROLE_WORDS
from outreach.talks.pasting import TalkGround, TalkPaste, TypedTalk, read_talks, say_talks
from outreach.talks.speakers import read_owner, read_speakers
from views.web.act import Done, act, beside, look_on_form
from views.web.guards import STAFF, allow
from views.web.pasted import PastedTableForm, rows_field
from views.web.request import db, here, me, real_now

blueprint = Blueprint("talk_paste", __name__)


class TalkPasteForm(PastedTableForm):
    """A pasted table of talks."""

    meanings = ROLE_WORDS
    text = rows_field("With a line of heads or without. A title is enough.")


class TalksNotReady(Refused):
    """Rows are left that nobody settled, or none that could be added."""

    def __init__(self, read: TalkPaste) -> None:
        super().__init__("Some rows still want you.")
        self.read = read


@blueprint.get("/talks/paste")
@allow(STAFF)
def paste() -> str:
    """Show the paste box."""
    return _paste_page(TalkPasteForm())


@blueprint.post("/talks/paste/preview")
@allow(STAFF)
def preview() -> ResponseReturnValue:
    """Show what the pasted rows would do; nothing is stored."""
    form = TalkPasteForm()
    if form.wants_text:
        return _paste_page(form)
    return look_on_form(
        form,
        lambda: _read(form),
        lambda read: _preview_page(form, read),
        lambda: _paste_page(form),
    )


@blueprint.post("/talks/paste")
@allow(STAFF)
def run() -> ResponseReturnValue:
    """Add the pasted talks, all that are wanted or none."""
    form = TalkPasteForm()

    def add() -> Entry:
        read = _read(form)
        if read.of("bad") and not form.leaves_bad or not read.of("new"):
            raise TalksNotReady(read)
        new = [_facts(line.talk) for line in read.of("new") if line.talk]
        return add_talks(db(), here(), new, me(), real_now())

    def done(entry: Entry) -> Done:
        said = f"{say_talks(entry.detail['added'])} added to the library."
        return Done(said, url_for("library.listing"), entry)

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        if isinstance(refusal, TalksNotReady):
            return _preview_page(form, refusal.read)
        return beside(form, lambda: _paste_page(form))(refusal)

    return act(add, done, otherwise)


def _read(form: TalkPasteForm) -> TalkPaste:
    """Read the table as it was settled. Refuses what is empty or too large."""
    if not form.validate():
        raise Refused("Paste the rows of a table first.", "text")
    titles = db().scalars(select(Talk.title).where(Talk.foundation_id == here().id))
    rows = db().execute(
        select(Segment.id, Segment.slug, Segment.short_name, Segment.name).where(
            Segment.foundation_id == here().id
        )
    )
    called = {name.casefold(): number for number, *names in rows for name in names}
    ground = TalkGround(frozenset(title.casefold() for title in titles), called)
    read = read_talks(form.text.data or "", ground, form.settled())
    if not read.lines:
        raise Refused("There are no rows in this text.", "text")
    return read


def _facts(talk: TypedTalk) -> dict[str, Any]:
    """Find the people of a row by their names; whoever is not on the list speaks too."""
    found = read_speakers(db(), here(), talk.speakers)
    people = {"speakers": found.people, "co_speakers": list(found.others)}
    return {**talk.facts, **people, "owner_id": read_owner(db(), here(), talk.owner)}


def _paste_page(form: TalkPasteForm) -> str:
    return render_template("talks/paste.html", form=form)


def _preview_page(form: TalkPasteForm, read: TalkPaste) -> str:
    return render_template("talks/paste_preview.html", form=form, paste=read)
