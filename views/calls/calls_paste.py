"""Calls pasted from a spreadsheet: the preview of what will happen, then all that is wanted."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.history import Entry
from outreach.language import gettext as _
from outreach.planning.calls.closing import KINDS
from outreach.planning.calls.pasting import CallPaste, find_setting, keep_paste, read_paste
from outreach.refusal import Refused
from views.calls.forms import CallPasteForm
from views.web.act import Done, act, beside, look_on_form
from views.web.guards import STAFF, allow
from views.web.request import db, here, me, planning_now, real_now

blueprint = Blueprint("calls_paste", __name__)


@blueprint.get("/calls/paste")
@allow(STAFF)
def paste() -> str:
    """Show the paste box."""
    return _paste_page(CallPasteForm())


@blueprint.post("/calls/paste/preview")
@allow(STAFF)
def preview() -> ResponseReturnValue:
    """Show what the pasted rows would do; nothing is stored."""
    form = CallPasteForm()
    if form.wants_text:
        return _paste_page(form)
    return look_on_form(
        form,
        lambda: _read(form),
        lambda read: _preview_page(form, read),
        lambda: _paste_page(form),
    )


@blueprint.post("/calls/paste")
@allow(STAFF)
def run() -> ResponseReturnValue:
    """Keep the pasted calls, all that are wanted or none."""
    form = CallPasteForm()

    def keep() -> Entry:
        read = _read(form)
        if read.of("bad") and not form.leaves_bad or not read.of("new", "change"):
            raise NotKept(read)
        return keep_paste(db(), here(), read, me(), real_now())

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        if isinstance(refusal, NotKept):
            return _preview_page(form, _read(form))
        return beside(form, lambda: _paste_page(form))(refusal)

    if not form.validate():
        return _paste_page(form), 422
    return act(
        keep,
        lambda entry: Done(
            _("%(calls)s kept.", calls=entry.detail["name"]), url_for("calls.board"), entry
        ),
        otherwise,
    )


class NotKept(Refused):
    """Rows are left that nobody settled, or none that could be kept."""

    def __init__(self, read: CallPaste) -> None:
        super().__init__(_("Some rows still want you."))
        self.read = read


def _read(form: CallPasteForm) -> CallPaste:
    """Read the table as it was settled. Refuses what is empty or too large."""
    today = planning_now().date()
    setting = find_setting(db(), here(), today, form.assumed.data, form.order)
    read = read_paste(form.text.data or "", setting, form.settled())
    if not read.lines:
        raise Refused(_("There are no rows in this text."), "text")
    return read


def _paste_page(form: CallPasteForm) -> str:
    return render_template("calls/paste.html", form=form)


def _preview_page(form: CallPasteForm, read: CallPaste) -> str:
    return render_template("calls/paste_preview.html", form=form, paste=read, kinds=KINDS)
