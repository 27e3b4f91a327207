"""The library of talks: texts that are kept once and sent to many events."""

from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import Segment, Talk
from outreach.accounts.history import Entry
from outreach.planning.history.lines import find_last_line
from outreach.talks.library import add_talk, edit_talk, remove_talk
from outreach.talks.load import load_talk, select_library
from outreach.talks.speakers import read_owner, read_speakers, split_names
from outreach.talks.words import say_library, tell_library
from views.talks.forms import TalkForm, typed_talk
from views.web.act import Done, above, act, act_on_form
from views.web.guards import STAFF, allow
from views.web.paging import page_of
from views.web.request import db, here, load, me, real_now
from views.web.spreadsheet import BookSheet, as_spreadsheet

blueprint = Blueprint("library", __name__)
HEAD = ("title", "abstract", "minutes", "level", "language", "owner", "speakers", "segments")


@blueprint.get("/talks/library")
@allow(STAFF)
def listing() -> str:
    """List the texts, each with the versions that events have read."""
    talks = page_of(select_library(here()))
    rows = tell_library([row.Talk for row in talks.rows])
    return render_template(
        "talks/library.html", talks=talks, rows=rows, headline=say_library(talks.total)
    )


@blueprint.get("/talks/library.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give the library to a spreadsheet, as it can be pasted again."""
    return as_spreadsheet("talks", HEAD, sheet_of().rows)


def sheet_of(_year: int | None = None) -> BookSheet:
    """Return the whole library: a text belongs to no season."""
    rows = (
        (
            *(talk.title, talk.abstract, talk.minutes, talk.level, talk.language),
            talk.owner.name if talk.owner else "",
            "; ".join([*(one.name for one in talk.speakers), *talk.co_speakers]),
            "; ".join(one.short_name for one in talk.segments),
        )
        for talk in db().scalars(select_library(here()))
    )
    return BookSheet("talks", HEAD, rows)


@blueprint.route("/talks/new", methods=["GET", "POST"])
@allow(STAFF)
def new() -> ResponseReturnValue:
    """Add a text; a title is enough."""
    form = TalkForm()
    form.offer(_segments())
    return act_on_form(
        form,
        lambda: add_talk(db(), here(), _facts(form), me(), real_now()),
        lambda talk: _done(talk, f"“{talk.title}” is in the library."),
        lambda: render_template("talks/form.html", form=form, talk=None),
    )


@blueprint.get("/talks/<int:talk_id>")
@allow(STAFF)
def show(talk_id: int) -> str:
    """Show one text, who gives it, and where it went."""
    talk = get_talk(talk_id)
    (row,) = tell_library([talk])
    last = find_last_line(db(), here(), ("talk", talk.id), me())
    return render_template("talks/talk.html", talk=talk, row=row, last=last)


@blueprint.route("/talks/<int:talk_id>/edit", methods=["GET", "POST"])
@allow(STAFF)
def edit(talk_id: int) -> ResponseReturnValue:
    """Change a text; what an event has read of it stays as it was."""
    talk = get_talk(talk_id)
    form = _form_of(talk)
    return act_on_form(
        form,
        lambda: edit_talk(
            db(), here(), talk, _facts(form, talk), form.seen_version(), me(), real_now()
        ),
        lambda entry: _done(talk, f"“{talk.title}” is changed.", entry),
        lambda: render_template("talks/form.html", form=form, talk=talk),
        now=lambda: _form_of(get_talk(talk_id), formdata=None),
    )


@blueprint.post("/talks/<int:talk_id>/remove")
@allow(STAFF)
def remove(talk_id: int) -> ResponseReturnValue:
    """Remove a text that no event has read."""
    talk = load(Talk, talk_id)
    title = talk.title
    return act(
        lambda: remove_talk(db(), here(), talk, me(), real_now()),
        lambda entry: Done(f"“{title}” is removed.", url_for("library.listing"), entry),
        above(lambda: show(talk_id)),
    )


def get_talk(talk_id: int) -> Talk:
    """Return a text of this foundation with all that its page shows, else answer 404."""
    return load_talk(db(), load(Talk, talk_id))


def _done(talk: Talk, sentence: str, entry: Entry | None = None) -> Done:
    return Done(sentence, url_for("library.show", talk_id=talk.id), entry)


def _form_of(talk: Talk, **kwargs: Any) -> TalkForm:
    form = TalkForm(data=typed_talk(talk), **kwargs)
    form.offer(_segments())
    return form


def _facts(form: TalkForm, talk: Talk | None = None) -> dict[str, Any]:
    """Return what was typed, people found by their names; refuses whom it cannot tell apart."""
    known = [one.id for one in talk.speakers] if talk else []
    found = read_speakers(db(), here(), split_names(form.speakers.data or ""), known)
    owner = read_owner(db(), here(), form.owner.data or "", talk.owner_id if talk else None)
    people = {"speakers": found.people, "co_speakers": list(found.others), "owner_id": owner}
    return form.facts() | people


def _segments() -> list[tuple[int, str]]:
    rows = db().execute(
        select(Segment.id, Segment.short_name)
        .where(Segment.foundation_id == here().id)
        .order_by(Segment.short_name)
    )
    return [(row.id, row.short_name) for row in rows]
