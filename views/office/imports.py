"""Import: paste box, file and address, the preview of what will happen, Undo; duplicates."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import AuditEntry, DuplicateOffer, Event
from outreach.catalog.importing.import_rows import (
    CONFERENCE_DATA,
    IMPORTED,
    PASTE_BOX,
    ImportResult,
    import_rows,
)
from outreach.catalog.importing.preview import preview_paste
from outreach.catalog.importing.undo import undo_import
from outreach.catalog.merging.merge import dismiss_offer, merge_duplicate, reopen_offer, undo_merge
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
    entry = load(AuditEntry, batch)
    if entry.act != IMPORTED:
        abort(404)
    created = select(Event).where(
        Event.foundation_id == here().id, Event.id.in_(entry.detail.get("created", []))
    )
    events = db().scalars(created.order_by(Event.starts_on, Event.id).limit(MOST_SHOWN)).all()
    offered = set(entry.detail.get("offers", []))
    pairs = [pair for pair in open_offers(db(), here()) if pair.offer.id in offered]
    return render_template("imports/done.html", entry=entry, events=events, pairs=pairs)


@blueprint.post("/import/<int:batch>/undo")
@allow(STAFF)
def undo(batch: int) -> ResponseReturnValue:
    """Take an import back; what somebody works with by now stays."""
    entry = load(AuditEntry, batch)
    try:
        undone = undo_import(db(), entry, real_now(), me())
    except Refused as refusal:
        return _refused(refusal, "imports.paste")
    refresh_foundation(db(), here(), planning_now())
    db().commit()
    stays = f" {_count(len(undone.kept), 'event')} stayed: in use by now." if undone.kept else ""
    tell(f"Undone: {_count(undone.removed, 'event')} removed.{stays}")
    return redirect(url_for("imports.paste"))


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
    tell("Merged into one event.", url_for("imports.unmerge", entry_id=entry.id))
    return redirect(url_for("imports.duplicates"))


@blueprint.post("/merges/<int:entry_id>/undo")
@allow(STAFF)
def unmerge(entry_id: int) -> ResponseReturnValue:
    """Take a merge back: there are two events again, and the offer stands."""
    entry = load(AuditEntry, entry_id)
    try:
        undo_merge(db(), entry, real_now(), me())
    except Refused as refusal:
        return _refused(refusal, "imports.duplicates")
    refresh_foundation(db(), here(), planning_now())
    db().commit()
    tell("Undone: they are two events again.")
    return redirect(url_for("imports.duplicates"))


@blueprint.post("/duplicates/<int:offer_id>/keep")
@allow(STAFF)
def keep_both(offer_id: int) -> ResponseReturnValue:
    """Keep both events of a pair; it is not offered again."""
    dismiss_offer(db(), load(DuplicateOffer, offer_id), real_now())
    db().commit()
    tell("They stay two events.", url_for("imports.offer_again", offer_id=offer_id))
    return redirect(url_for("imports.duplicates"))


@blueprint.post("/duplicates/<int:offer_id>/reopen")
@allow(STAFF)
def offer_again(offer_id: int) -> ResponseReturnValue:
    """Offer a pair again that was kept."""
    reopen_offer(db(), load(DuplicateOffer, offer_id))
    db().commit()
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
    tell(said(result), url_for("imports.undo", batch=result.entry.id))
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
