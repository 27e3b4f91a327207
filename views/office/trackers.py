"""Trackers: where do the issues come from, and is it read?"""

import time

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Tracker
from outreach.accounts.history import Entry
from outreach.fetching import Fetcher
from outreach.issues.trackers.tokens import token_name
from outreach.issues.watching import (
    KIND_NAMES,
    add_tracker,
    count_losses,
    edit_tracker,
    list_trackers,
    remove_tracker,
    say_ago,
    say_losses,
    say_trackers,
)
from outreach.issues.webhooks import webhook_secret
from outreach.planning.synced import say_summary, sync_tracker
from outreach.refusal import Refused
from views.office.forms.trackers import TrackerForm
from views.web.act import Done, above, act, act_on_form, on_page
from views.web.guards import STAFF, allow
from views.web.page import tell
from views.web.request import close_db, db, here, load, me, real_now

blueprint = Blueprint("trackers", __name__)

SECONDS_WAITED, SECONDS_ASKED = 15.0, 8.0
"""How long somebody waits for a sync, and for each answer in it."""
SENDING_KINDS = frozenset(["github", "gitlab", "forgejo"])
"""Trackers that send what changes by themselves, if they are told where to."""


@blueprint.get("/trackers")
@allow(STAFF)
def listing() -> str:
    """List the trackers with what is watched there and when they were read."""
    trackers = list_trackers(db(), here())
    return render_template(
        "trackers/listing.html",
        trackers=trackers,
        headline=say_trackers(len(trackers)),
        kinds=KIND_NAMES,
        ago=say_ago,
        real=real_now(),
    )


@blueprint.route("/trackers/new", methods=["GET", "POST"])
@allow(STAFF)
def new() -> ResponseReturnValue:
    """Watch another tracker."""
    form = TrackerForm()
    return act_on_form(
        form,
        lambda: add_tracker(db(), here(), form.facts(), me(), real_now()),
        lambda entry: _kept(f"{form.name.data} is read with the next sync.", entry),
        lambda: render_template("trackers/form.html", form=form, tracker=None),
    )


@blueprint.route("/trackers/<int:tracker_id>/edit", methods=["GET", "POST"])
@allow(STAFF)
def edit(tracker_id: int) -> ResponseReturnValue:
    """Change a tracker's name, address and projects."""
    tracker = load(Tracker, tracker_id)
    known = {"kind": tracker.kind, "name": tracker.name, "url": tracker.url}
    form = TrackerForm(data={**known, "projects": "\n".join(tracker.projects)})
    return act_on_form(
        form,
        lambda: edit_tracker(db(), here(), tracker, form.facts(), me(), real_now()),
        lambda entry: _kept(f"{tracker.name} is changed.", entry),
        lambda: _edit_page(form, tracker),
    )


@blueprint.route("/trackers/<int:tracker_id>/remove", methods=["GET", "POST"])
@allow(STAFF)
def remove(tracker_id: int) -> ResponseReturnValue:
    """Forget a tracker, after showing what goes with it."""
    tracker = load(Tracker, tracker_id)
    form = TrackerForm()

    def page() -> str:
        losses = say_losses(*count_losses(db(), tracker))
        return render_template("trackers/remove.html", tracker=tracker, losses=losses)

    if not form.is_submitted():
        return page()
    name = tracker.name
    return act(
        lambda: remove_tracker(db(), here(), tracker, me(), real_now()),
        lambda entry: _kept(f"{name} is not watched any more.", entry),
        above(page),
    )


@blueprint.post("/trackers/<int:tracker_id>/sync")
@allow(STAFF)
def sync(tracker_id: int) -> ResponseReturnValue:
    """Read one tracker now, as far as it comes while somebody waits for the page."""
    tracker = load(Tracker, tracker_id)
    if here().is_example:
        stands = Refused("The example's clock stands still: its trackers are not read.")
        return on_page(url_for("trackers.listing"))(stands)
    close_db()  # nothing is locked while the tracker is asked
    fetcher = current_app.config.get("FETCHER") or Fetcher(seconds=SECONDS_ASKED)
    until = time.monotonic() + SECONDS_WAITED
    with current_app.extensions["WRITING_SESSIONS"]() as session:
        summary = sync_tracker(session, tracker_id, fetcher, until=until)
    tell(say_summary(summary, tracker.projects), refused=bool(summary.trouble))
    return redirect(url_for("trackers.listing"))


def _edit_page(form: TrackerForm, tracker: Tracker) -> str:
    sends = tracker.kind in SENDING_KINDS
    return render_template(
        "trackers/form.html",
        form=form,
        tracker=tracker,
        kind=KIND_NAMES[tracker.kind],
        token=token_name(tracker.url),
        hook=url_for("webhooks.receive", tracker_id=tracker.id, _external=True) if sends else None,
        secret=webhook_secret(current_app.config["SECRET_KEY"], tracker.id) if sends else None,
    )


def _kept(sentence: str, entry: Entry | None) -> Done:
    return Done(sentence, url_for("trackers.listing"), entry)
