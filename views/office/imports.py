"""Import: paste box, file and address, the preview of what will happen, Undo; duplicates."""

from collections.abc import Sequence

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import DuplicateOffer, Event, ImportBatch
from outreach.accounts.history import Entry
from outreach.catalog.facts import SourceRow
from outreach.catalog.importing.addresses import find_feed
from outreach.catalog.importing.calendars import (
    CalendarTable,
    is_calendar,
    table_of_calendar,
)
from outreach.catalog.importing.import_rows import (
    CONFERENCE_DATA,
    IMPORTED,
    PASTE_BOX,
    ImportResult,
    carry_out,
    find_errors,
    say_import,
)
from outreach.catalog.importing.plan import make_plan, read_steps
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
from outreach.catalog.merging.offers import OpenOffer, open_offers, say_pairs
from outreach.catalog.reading.conference_data import is_conference_data, read_events
from outreach.catalog.reading.files import read_file
from outreach.language import gettext as _
from outreach.planning.calls.closing import say_closings
from outreach.planning.history.imports import count_changes, find_ways_back
from outreach.planning.large_imports.batches import (
    ask_import,
    find_batch,
    has_line,
    is_large,
    is_open,
    say_state,
)
from outreach.refusal import Refused, about
from views.office.forms.imports import FileForm, PasteForm
from views.office.unit_chart import draw_units
from views.web.act import Done, act, beside, look, on_page
from views.web.guards import STAFF, allow
from views.web.page import tell
from views.web.request import (
    close_db,
    db,
    here,
    load,
    me,
    planning_now,
    read_key,
    read_on,
    real_now,
)

blueprint = Blueprint("imports", __name__)

SECONDS_TO_LOOK = 3
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
    pasted = (form.text.data or "").encode()
    if is_calendar(pasted):
        page = beside(form, lambda: _paste_page(form, FileForm()))
        return look(lambda: _read_calendar(pasted), _calendar_page, page)
    if not form.validate():
        return _paste_page(form, FileForm()), 422
    return _preview_page(form)


def _read_calendar(content: bytes) -> CalendarTable:
    """Read a calendar without holding the database: it may take seconds."""
    today = planning_now().date()
    close_db()
    return table_of_calendar(content, today)


def _calendar_page(table: CalendarTable) -> ResponseReturnValue:
    """Show the preview of what a calendar has, and above it what was left out."""
    if table.remarks:
        tell(" ".join(table.remarks))
    return _preview_page(PasteForm(formdata=None, text=table.text))


@blueprint.post("/import")
@allow(STAFF)
def run() -> ResponseReturnValue:
    """Import the pasted rows, all that are wanted or none."""
    read_on()
    form = PasteForm()

    def rule() -> ImportResult | ImportBatch:
        table, left_out = form.read(), set(form.settled().left_out)
        if form.leaves_bad:
            left_out |= {one.row.number for one in table.bad_rows}
        rows = [one.row for one in table.rows if one.row.number not in left_out]
        if not rows:
            raise NotImported([])
        return _import(rows, PASTE_BOX)

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        if isinstance(refusal, NotImported):
            return _preview_page(form, 422)
        return beside(form, lambda: _paste_page(form, FileForm()))(refusal)

    if not form.validate():
        return _paste_page(form, FileForm()), 422
    return act(rule, _done, otherwise)


def _import(rows: Sequence[SourceRow], source: str) -> ImportResult | ImportBatch:
    """Import rows, very many by the worker; others may write until all is read and planned."""
    errors = find_errors(rows)
    if errors:
        raise NotImported(errors)
    if is_large(len(rows)):
        close_db()
        return ask_import(db(), here(), rows, source, real_now(), me())
    read_on()
    plan = make_plan(db(), here(), read_steps(rows), source)
    close_db()
    return carry_out(db(), here(), plan, real_now(), me())


class NotImported(Refused):
    """Rows are wrong, or none is left; nothing of the table was imported."""

    def __init__(self, errors: Sequence[SourceRow]) -> None:
        super().__init__("Some rows still want you.")
        self.errors = errors


@blueprint.post("/import/file")
@allow(STAFF)
def run_file() -> ResponseReturnValue:
    """Import a file or what an address gives, all of it or none; a table goes to the preview."""
    read_on()
    form = FileForm()
    return look(
        lambda: form.content or _fetch(form.address.data or ""),
        lambda content: _run_content(form, content),
        beside(form, lambda: _paste_page(PasteForm(formdata=None), form)),
    )


def _run_content(form: FileForm, content: bytes) -> ResponseReturnValue:
    otherwise = beside(form, lambda: _paste_page(PasteForm(formdata=None), form))
    if is_calendar(content):
        return look(lambda: _read_calendar(content), _calendar_page, otherwise)
    if not is_conference_data(content):
        return look(
            lambda: PasteForm(formdata=None, text=read_file(content)), _preview_page, otherwise
        )

    def why_not(refusal: Refused) -> ResponseReturnValue:
        if isinstance(refusal, NotImported):
            return _paste_page(PasteForm(formdata=None), form, refusal.errors)
        return otherwise(refusal)

    return act(lambda: _import(read_events(content), CONFERENCE_DATA), _done, why_not)


@blueprint.get("/import/<int:batch>")
@allow(STAFF)
def done(batch: int) -> ResponseReturnValue:
    """Show what an import did, or how far it is."""
    large = find_batch(db(), here(), batch)
    if large is not None and (is_open(large) or not has_line(db(), large)):
        return _progress_page(large)
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
        closings=_say_closings(events, pairs),
        headline=large.said if large and large.is_back else say_created(count, len(pairs)),
        more_events=say_more_events(count - len(events)),
        changed=say_changed(count_changes(entry)),
        way=find_ways_back(db(), here(), [entry]).get(entry.id),
        chart=draw_units,
    )


def _progress_page(batch: ImportBatch) -> Response:
    """Show how far a large import is; while it is worked on the page comes anew."""
    said, is_still = say_state(batch, real_now()), "still" in request.args
    page = make_response(
        render_template("imports/progress.html", batch=batch, said=said, is_still=is_still,
                        is_open=is_open(batch))
    )  # fmt: skip
    if is_open(batch) and not is_still:
        page.headers["Refresh"] = str(SECONDS_TO_LOOK)
    return page


@blueprint.get("/duplicates")
@allow(STAFF)
def duplicates() -> str:
    """Show the pairs that look like one event and wait for a person's word."""
    pairs = open_offers(db(), here(), MOST_SHOWN)
    return render_template(
        "imports/duplicates.html",
        pairs=pairs,
        closings=_say_closings((), pairs),
        headline=say_pairs(len(pairs)),
    )


def _say_closings(events: Sequence[Event], pairs: Sequence[OpenOffer]) -> dict[int, str]:
    """Say when the calls of these events, and of those of the pairs, close."""
    both = (event for pair in pairs for event in (pair.kept, pair.other))
    return say_closings(db(), {event.id for event in (*events, *both)}, planning_now())


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


def _done(result: ImportResult | ImportBatch) -> Done:
    """Say what an import did, or that it is on its way."""
    if isinstance(result, ImportBatch):
        return Done(_("They come in now, all at once at the end."),
                    url_for("imports.done", batch=result.id))  # fmt: skip
    if result.entry is None:
        return Done("Nothing is new: all of it is here already.", url_for("imports.paste"))
    return Done(say_import(result), url_for("imports.done", batch=result.entry.id), result.entry)


def _fetch(address: str) -> bytes:
    """Fetch without holding the database: an answer may take seconds."""
    if not address:
        raise Refused("Choose a file, or give an address.", "file")
    from outreach.fetching import Fetcher  # the HTTP client is heavy, and only this needs it

    close_db()
    fetcher: Fetcher = current_app.extensions.get("FETCHER") or Fetcher()
    feed, kind = find_feed(address)
    with about("address"):
        content = fetcher.fetch(feed).content
    if kind:
        tell(_("Read was its %(kind)s: %(address)s", kind=kind, address=feed))
    return content


def _paste_page(form: PasteForm, file_form: FileForm, bad_rows: Sequence[SourceRow] = ()) -> str:
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
    read_on()

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
