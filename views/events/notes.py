"""Notes on an event: left on its page, changed and taken away by who wrote them."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Event, EventNote
from outreach.accounts.history import Entry
from outreach.language import gettext as _
from outreach.planning.notes.notes import change_note, remove_note, write_note
from views.events.event_page import event_page
from views.events.forms import NoteForm
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import LEAD, allow
from views.web.request import db, here, load, me, planning_now, real_now

blueprint = Blueprint("notes", __name__)


@blueprint.post("/events/<int:event_id>/notes")
@allow(LEAD)
def write(event_id: int) -> ResponseReturnValue:
    """Leave a note."""
    event, form = load(Event, event_id), NoteForm()
    text, now = form.text.data or "", planning_now()
    return act_on_form(
        form,
        lambda: write_note(db(), here(), event, text, me(), now, real_now()),
        lambda entry: _done(event_id, _("Your note is on %(name)s.", name=event.name), entry),
        lambda: event_page(event_id, note=form),
    )


@blueprint.route("/events/<int:event_id>/notes/<int:note_id>", methods=["GET", "POST"])
@allow(LEAD)
def edit(event_id: int, note_id: int) -> ResponseReturnValue:
    """Change a note of one's own."""
    note = _note_here(event_id, note_id)
    form = NoteForm(obj=note)
    return act_on_form(
        form,
        lambda: change_note(
            *(db(), here(), note, form.text.data or "", form.seen_version()),
            *(me(), planning_now(), real_now()),
        ),
        lambda entry: _done(event_id, _("Your note is changed."), entry),
        lambda: render_template("events/note.html", form=form, event=load(Event, event_id)),
        now=lambda: NoteForm(formdata=None, obj=note),
    )


@blueprint.post("/events/<int:event_id>/notes/<int:note_id>/remove")
@allow(LEAD)
def remove(event_id: int, note_id: int) -> ResponseReturnValue:
    """Take a note of one's own away."""
    note = _note_here(event_id, note_id)
    return act(
        lambda: remove_note(db(), here(), note, me(), real_now()),
        lambda entry: _done(event_id, _("Your note is taken away."), entry),
        on_page(url_for("events.show", event_id=event_id)),
    )


def _note_here(event_id: int, note_id: int) -> EventNote:
    note = load(EventNote, note_id)
    return note if note.event_id == event_id else abort(404)


def _done(event_id: int, sentence: str, entry: Entry | None) -> Done:
    return Done(sentence, url_for("events.show", event_id=event_id, _anchor="notes"), entry)
