"""Import: paste box, file and address, the preview of what will happen, Undo; duplicates."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import DuplicateOffer, Event
from outreach.accounts.history import Entry
from outreach.catalog.importing.import_rows import (
    CONFERENCE_DATA,
    IMPORTED,
    PASTE_BOX,
    ImportResult,
    import_rows,
)
from outreach.catalog.importing.preview import preview_paste
from outreach.catalog.merging.merge import dismiss_offer, merge_duplicate
from outreach.catalog.merging.offers import open_offers
from outreach.catalog.reading.columns import ROLE_WORDS
from outreach.catalog.reading.conference_data import read_events
from outreach.matching.store.stored import refresh_events, refresh_foundation
from outreach.refusal import Refused
from views.office.forms.imports import FileForm, PasteForm
from views.web.guards import STAFF, allow
from views.web.page import tell
from views.web.request import close_db, db, here, load, me, planning_now, real_now

blueprint = Blueprint("imports", __name__)

FEW_EVENTS = 100
"""Up to here matches are computed for these events only, beyond for the whole foundation."""
MOST_SHOWN = 100


@blueprint.get("/import")
@allow(STAFF)
def paste() -> str:
    """Show the paste box, and beside it the way in for files."""
    return _paste_page(PasteForm(), FileForm())


@blueprint.post("/import/preview")
@allow(STAFF)
def preview() -> ResponseReturnValue:
    """Show what the pasted rows would do; nothing is stored."""
    form = PasteForm()
    if "change_text" in request.form:
        return _paste_page(form, FileForm())
    if not form.validate():
        return _paste_page(form, FileForm()), 422
    return _preview_page(form)


@blueprint.post("/import")
@allow(STAFF)
def run() -> ResponseReturnValue:
    """Import the pasted rows, all that are wanted or none."""
    form = PasteForm()
    if not form.validate():
        return _paste_page(form, FileForm()), 422
    try:
        table = form.read()
    except Refused as refusal:
        form.refuse(refusal)
        return _paste_page(form, FileForm()), 422
    left_out = form.left_out
    if "leave_bad" in request.form:
        left_out |= {one.row.number for one in table.bad_rows}
    rows = [one.row for one in table.rows if one.row.number not in left_out]
    result = import_rows(db(), here(), rows, PASTE_BOX, real_now(), person=me())
    if result.errors or not rows:
        return _preview_page(form, 422)
    return _done(result)


@blueprint.post("/import/file")
@allow(STAFF)
def run_file() -> ResponseReturnValue:
    """Import a file or what an address gives, all of it or none; a table goes to the preview."""
    form = FileForm()
    try:
        content = form.content or _fetch(form.address.data or "")
        if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{")):
            return _preview_page(PasteForm(formdata=None, text=_as_text(content)))
        rows = read_events(content)
        result = import_rows(db(), here(), rows, CONFERENCE_DATA, real_now(), person=me())
    except Refused as refusal:
        form.refuse(refusal)
        return _paste_page(PasteForm(formdata=None), form), 422
    if result.errors:
        return _paste_page(PasteForm(formdata=None), form, result), 422
    return _done(result)


@blueprint.get("/import/<int:batch>")
@allow(STAFF)
def done(batch: int) -> str:
    """Show what an import did."""
    entry = load(Entry, batch)
    if entry.act != IMPORTED:
        abort(404)
    created = select(Event).where(
        Event.foundation_id == here().id, Event.id.in_(entry.detail.get("created", []))
    )
    events = db().scalars(created.order_by(Event.starts_on, Event.id).limit(MOST_SHOWN)).all()
    offered = set(entry.detail.get("offers", []))
    pairs = [pair for pair in open_offers(db(), here()) if pair.offer.id in offered]
    changes = entry.detail["changes"]
    changed = changes if isinstance(changes, int) else len(changes)  # as earlier versions kept it
    return render_template(
        "imports/done.html", entry=entry, events=events, pairs=pairs, changed=changed
    )


@blueprint.get("/duplicates")
@allow(STAFF)
def duplicates() -> str:
    """Show the pairs that look like one event and wait for a person's word."""
    return render_template("imports/duplicates.html", pairs=open_offers(db(), here(), MOST_SHOWN))


@blueprint.post("/duplicates/<int:offer_id>/merge")
@allow(STAFF)
def merge(offer_id: int) -> ResponseReturnValue:
    """Merge a pair into the event that stays."""
    offer = load(DuplicateOffer, offer_id)
    keep = request.form.get("keep", "")
    try:
        keep_id = int(keep) if keep.isascii() and keep.isdecimal() and len(keep) < 10 else 0
        entry = merge_duplicate(db(), offer, keep_id, real_now(), me())
    except Refused as refusal:
        return _refused(refusal, "imports.duplicates")
    refresh_foundation(db(), here(), planning_now())
    db().commit()
    tell("Merged into one event.", entry=entry)
    return redirect(url_for("imports.duplicates"))


@blueprint.post("/duplicates/<int:offer_id>/keep")
@allow(STAFF)
def keep_both(offer_id: int) -> ResponseReturnValue:
    """Keep both events of a pair; it is not offered again."""
    entry = dismiss_offer(db(), load(DuplicateOffer, offer_id), real_now(), me())
    db().commit()
    tell("They stay two events.", entry=entry)
    return redirect(url_for("imports.duplicates"))


def follow(result: ImportResult) -> None:
    """Let the stored matches follow an import."""
    if len(result.touched) > FEW_EVENTS:
        refresh_foundation(db(), here(), planning_now())
    else:
        refresh_events(db(), here(), result.touched, planning_now())


def _done(result: ImportResult) -> ResponseReturnValue:
    """Commit an import and say what it did."""
    follow(result)
    db().commit()
    if result.entry is None:
        tell("Nothing is new: all of it is here already.")
        return redirect(url_for("imports.paste"))
    tell(said(result), entry=result.entry)
    return redirect(url_for("imports.done", batch=result.entry.id))


def said(result: ImportResult) -> str:
    """Say what an import did: "6 events added, 1 duplicate offered."."""
    parts = [
        f"{_count(len(result.created) - len(result.offers), 'event')} added",
        f"{_count(len(result.offers), 'duplicate')} offered" if result.offers else "",
        f"{_count(len(result.updated), 'event')} changed" if result.updated else "",
        f"{result.unchanged:,} here already" if result.unchanged else "",
    ]
    return f"{', '.join(part for part in parts if part)}."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _fetch(address: str) -> bytes:
    """Fetch without holding the database: an answer may take seconds."""
    if not address:
        raise Refused("Choose a file, or give an address.", "file")
    from outreach.fetching import Fetcher  # the HTTP client is heavy, and only this needs it

    close_db()
    fetcher: Fetcher = current_app.extensions.get("FETCHER") or Fetcher()
    try:
        return fetcher.fetch(address).content
    except Refused as refusal:
        raise Refused(refusal.sentence, "address") from refusal


def _as_text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("The file is neither JSON nor a table in UTF-8 text.", "file") from error


def _refused(refusal: Refused, endpoint: str) -> ResponseReturnValue:
    db().rollback()
    tell(refusal.sentence, refused=True)
    return redirect(url_for(endpoint))


def _paste_page(form: PasteForm, file_form: FileForm, result: ImportResult | None = None) -> str:
    bad_rows: list[Any] = result.errors if result else []
    return render_template(
        "imports/paste.html",
        form=form,
        file_form=file_form,
        bad_rows=bad_rows[:MOST_SHOWN],
        bad_count=len(bad_rows),
    )


def _preview_page(form: PasteForm, status: int = 200) -> ResponseReturnValue:
    """Show the preview; 422 when an import was asked for and cells need another look."""
    try:
        found = preview_paste(db(), here(), form.read(), form.left_out)
    except Refused as refusal:
        form.refuse(refusal)
        return _paste_page(form, FileForm()), 422
    if not found.lines:
        form.refuse(Refused("There are no rows in this text.", "text"))
        return _paste_page(form, FileForm()), 422
    page = render_template(
        "imports/preview.html", form=form, preview=found, meanings=ROLE_WORDS, status=status
    )
    return page, status
