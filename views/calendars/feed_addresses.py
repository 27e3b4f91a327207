"""The addresses of calendars in the hands of staff: made, renewed, ended, subscribed to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from models import Decision, Event, Feed, Segment
from models.base import among
from models.events import PLANNED
from outreach.accounts import feeds
from outreach.accounts.audit import record
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.feeds.lists import LISTED
from views.calendars import lists
from views.calendars.subscribing import SubscribeWay, address_of, list_ways
from views.web.act import Done, act, act_on_form, on_page
from views.web.forms import SheetForm
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, me, planning_now, read_key, real_now, site

blueprint = Blueprint("feed_addresses", __name__)
MOST_EVENTS = 300


class FeedForm(SheetForm):
    """Which calendar gets an address."""

    what = SelectField(N_("Which calendar"), [DataRequired(N_("Say which calendar."))])


@dataclass(frozen=True, slots=True)
class FeedLine:
    """An address as its page shows it."""

    feed: Feed
    title: str
    address: str
    ways: Sequence[SubscribeWay]
    lists: Sequence[tuple[str, str]] = ()
    """Its forms as a list, each with its address."""


@blueprint.route("/feeds", methods=["GET", "POST"])
@allow(STAFF)
def show() -> ResponseReturnValue:
    """Show all addresses; make one more."""
    form = FeedForm(what=f"event:{read_key(request.args.get('event'))}")
    form.what.choices = list(_choices())
    return act_on_form(form, lambda: _make(str(form.what.data)), _made, lambda: _page(form))


def _choices() -> Iterator[SelectChoice]:
    yield SelectChoice("season", _("Season: the events that we go to or may, with our talks"))
    yield SelectChoice("deadlines", _("All deadlines"))
    events = db().execute(
        select(Event.id, Event.name)
        .join(Event.decision)
        .where(Event.foundation_id == here().id, among(Decision.state, PLANNED))
        .where(Event.ends_on >= planning_now().date())
        .order_by(Event.starts_on, Event.name)
        .limit(MOST_EVENTS)
    )
    for number, name in events:
        words = _("%(event)s: its hours, shifts and talks", event=name)
        yield SelectChoice(f"event:{number}", words)
    segments = select(Segment.id, Segment.name).where(Segment.foundation_id == here().id)
    for number, name in db().execute(segments.order_by(Segment.name)):
        words = _("%(segment)s: the events where they meet", segment=name)
        yield SelectChoice(f"segment:{number}", words)


def _make(word: str) -> Feed:
    what, _colon, number = word.partition(":")
    of = {f"{what}_id": read_key(number)} if number else {}
    feed = feeds.make(db(), here(), what, _key(), real_now(), **of)
    _note("opened a calendar")
    return feed


def _made(feed: Feed) -> Done:
    return Done(
        _("The calendar has an address. Whoever has it can read the calendar, and nothing else."),
        url_for("feed_addresses.show", _anchor=f"feed-{feed.id}"),
    )


@blueprint.post("/feeds/<int:feed_id>/renew")
@allow(STAFF)
def renew(feed_id: int) -> ResponseReturnValue:
    """Give a calendar a new address; the one before ends at once."""
    feed = _load(feed_id)

    def rule() -> None:
        feeds.renew(feed, _key(), real_now())
        _note("renewed a calendar")

    to = url_for("feed_addresses.show", _anchor=f"feed-{feed.id}")
    said = _("The calendar has a new address. The one before opens nothing any more.")
    return act(rule, lambda _none: Done(said, to), on_page(to))


@blueprint.post("/feeds/<int:feed_id>/end")
@allow(STAFF)
def end(feed_id: int) -> ResponseReturnValue:
    """End an address at once."""
    feed = _load(feed_id)

    def rule() -> None:
        feed.ended_at = real_now()
        _note("ended a calendar")

    to = url_for("feed_addresses.show")
    said = _("The address has ended. Programs that ask for it find nothing.")
    return act(rule, lambda _none: Done(said, to), on_page(to))


def _load(number: int) -> Feed:
    """Return an address of the foundation's; people's own are theirs alone."""
    feed = load(Feed, number)
    if feed.person_id is not None or feed.ended_at is not None:
        abort(404)
    return feed


def _note(what: str) -> None:
    """Keep a line of it: an address that was ended must not come back by an Undo."""
    record(db(), real_now(), me(), here(), what, "person", me().id)


def _key() -> str:
    key: str = current_app.config["SECRET_KEY"]
    return key


def _page(form: FeedForm) -> str:
    return render_template("calendars/feeds.html", form=form, lines=list(_lines()))


def _lines() -> Iterator[FeedLine]:
    for feed in feeds.list_feeds(db(), here()):
        token, title = feeds.find_token(feed, _key()), _title(feed)
        address = address_of(token) if token else ""
        ways = list_ways(token, title) if token else ()
        yield FeedLine(feed, title, address, ways, _lists(feed, token) if token else ())


def _lists(feed: Feed, token: str) -> list[tuple[str, str]]:
    forms = lists.FORMS if feed.what in LISTED else ()
    return [(form.upper(), site() + url_for("lists.read", feed=token, form=form)) for form in forms]


def _title(feed: Feed) -> str:
    if feed.event is not None:
        return feed.event.name
    if feed.segment is not None:
        return feed.segment.name
    return _("All deadlines") if feed.what == "deadlines" else _("Season")
