"""Import: paste box, file and address, the preview of what will happen, Undo; duplicates."""

from typing import Any

from flask import Blueprint, abort, current_app, render_template, request, url_for
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
from outreach.catalog.importing.preview import (
    Preview,
    preview_paste,
    say_changed,
    say_created,
    say_more_events,
    say_more_rows,
    say_nothing_imported,
)
from outreach.catalog.merging.merge import dismiss_offer, merge_duplicate
from outreach.catalog.merging.offers import open_offers, say_pairs
from outreach.catalog.reading.conference_data import read_events
from outreach.planning.history.imports import count_changes, find_ways_back
from outreach.refusal import Refused, about
from views.office.forms.imports import FileForm, PasteForm
from views.office.unit_chart import draw_units
from views.web.act import Done, act, beside, look, on_page
from views.web.guards import STAFF, allow
from views.web.request import close_db, db, here, load, me, read_key, real_now

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
    if form.wants_text:
        return _paste_page(form, FileForm())
    if not form.validate():
        return _paste_page(form, FileForm()), 422
    return _preview_page(form)


@blueprint.post("/import")
@allow(STAFF)
def run() -> ResponseReturnValue:
    """Import the pasted rows, all that are wanted or none."""
    form = PasteForm()

    def rule() -> ImportResult:
        table, left_out = form.read(), set(form.settled().left_out)
        if form.leaves_bad:
            left_out |= {one.row.number for one in table.bad_rows}
        rows = [one.row for one in table.rows if one.row.number not in left_out]
        result = import_rows(db(), here(), rows, PASTE_BOX, real_now(), person=me())
        if result.errors or not rows:
            raise NotImported(result)
        return result

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        if isinstance(refusal, NotImported):
            return _preview_page(form, 422)
        return beside(form, lambda: _paste_page(form, FileForm()))(refusal)

    if not form.validate():
        return _paste_page(form, FileForm()), 422
    return act(rule, _done, otherwise)


class NotImported(Refused):
    """Rows are wrong, or none is left; nothing of the table was imported."""

    def __init__(self, result: ImportResult) -> None:
        super().__init__("Some rows still want you.")
        self.result = result


@blueprint.post("/import/file")
@allow(STAFF)
def run_file() -> ResponseReturnValue:
    """Import a file or what an address gives, all of it or none; a table goes to the preview."""
    form = FileForm()
    return look(
        lambda: form.content or _fetch(form.address.data or ""),
        lambda content: _run_content(form, content),
        beside(form, lambda: _paste_page(PasteForm(formdata=None), form)),
    )


def _run_content(form: FileForm, content: bytes) -> ResponseReturnValue:
    otherwise = beside(form, lambda: _paste_page(PasteForm(formdata=None), form))
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{")):
        return look(
            lambda: PasteForm(formdata=None, text=_as_text(content)), _preview_page, otherwise
        )

    def rule() -> ImportResult:
        rows = read_events(content)
        result = import_rows(db(), here(), rows, CONFERENCE_DATA, real_now(), person=me())
        if result.errors:
            raise NotImported(result)
        return result

    def why_not(refusal: Refused) -> ResponseReturnValue:
        if isinstance(refusal, NotImported):
            return _paste_page(PasteForm(formdata=None), form, refusal.result)
        return otherwise(refusal)

    return act(rule, _done, why_not)


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
    count = len(entry.detail["created"])
    return render_template(
        "imports/done.html",
        entry=entry,
        events=events,
        pairs=pairs,
        headline=say_created(count, len(pairs)),
        more_events=say_more_events(count - len(events)),
        changed=say_changed(count_changes(entry)),
        way=find_ways_back(db(), here(), [entry]).get(entry.id),
        chart=draw_units,
    )


@blueprint.get("/duplicates")
@allow(STAFF)
def duplicates() -> str:
    """Show the pairs that look like one event and wait for a person's word."""
    pairs = open_offers(db(), here(), MOST_SHOWN)
    return render_template("imports/duplicates.html", pairs=pairs, headline=say_pairs(len(pairs)))


@blueprint.post("/duplicates/<int:offer_id>/merge")
@allow(STAFF)
def merge(offer_id: int) -> ResponseReturnValue:
    """Merge a pair into the event that stays."""
    offer = load(DuplicateOffer, offer_id)
    keep_id, to = read_key(request.form.get("keep")), url_for("imports.duplicates")
    return act(
        lambda: merge_duplicate(db(), offer, keep_id, real_now(), me()),
        lambda entry: Done("Merged into one event.", to, entry),
        on_page(to),
    )


@blueprint.post("/duplicates/<int:offer_id>/keep")
@allow(STAFF)
def keep_both(offer_id: int) -> ResponseReturnValue:
    """Keep both events of a pair; it is not offered again."""
    offer, to = load(DuplicateOffer, offer_id), url_for("imports.duplicates")
    return act(
        lambda: dismiss_offer(db(), offer, real_now(), me()),
        lambda entry: Done("They stay two events.", to, entry),
        on_page(to),
    )


def _done(result: ImportResult) -> Done:
    """Say what an import did."""
    if result.entry is None:
        return Done("Nothing is new: all of it is here already.", url_for("imports.paste"))
    return Done(said(result), url_for("imports.done", batch=result.entry.id), result.entry)


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
    with about("address"):
        return fetcher.fetch(address).content


def _as_text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("The file is neither JSON nor a table in UTF-8 text.", "file") from error


def _paste_page(form: PasteForm, file_form: FileForm, result: ImportResult | None = None) -> str:
    bad_rows: list[Any] = result.errors if result else []
    return render_template(
        "imports/paste.html",
        form=form,
        file_form=file_form,
        bad_rows=bad_rows[:MOST_SHOWN],
        headline=say_nothing_imported(len(bad_rows)),
        more_rows=say_more_rows(len(bad_rows) - MOST_SHOWN),
    )


def _preview_page(form: PasteForm, status: int = 200) -> ResponseReturnValue:
    """Show the preview; 422 when an import was asked for and cells need another look."""

    def rule() -> Preview:
        found = preview_paste(db(), here(), form.read(), form.settled().left_out)
        if not found.lines:
            raise Refused("There are no rows in this text.", "text")
        return found

    def shown(found: Preview) -> ResponseReturnValue:
        page = render_template(
            "imports/preview.html", form=form, preview=found, is_refused=status != 200
        )
        return page, status

    return look(rule, shown, beside(form, lambda: _paste_page(form, FileForm())))
