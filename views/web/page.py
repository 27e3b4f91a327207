"""What every page shows around its own content: navigation, clock, what was just done."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from flask import Flask, Response, flash, g, get_flashed_messages, request, session, url_for
from markupsafe import Markup

from models import Foundation, Person
from outreach.accounts.history import Entry
from outreach.amounts.money import say_whole
from outreach.calendars import clock
from outreach.language import N_, ngettext
from outreach.language import gettext as _
from outreach.messages.handing_over import count_readers
from outreach.planning.codes import say_code
from outreach.planning.decisions.states import STATE_WORDS
from outreach.planning.money.told import say_headline, say_traveller
from outreach.planning.season.needs import NeedsYou
from outreach.staffing.booth.drawing import say_shifts
from outreach.staffing.booth.hours import say_kind_within
from outreach.staffing.booth.needs import say_kind, say_task
from outreach.staffing.roster.coverage import Places, pips, say_taken_of
from outreach.talks.states import say_state
from outreach.talks.words import (
    days_to_answer,
    draw_way,
    say_answer_by,
    say_next,
    say_slot,
    say_speakers,
)
from views.booth.need_names import say_named_need
from views.mine import venue_words
from views.web.request import db, find_here, find_me, planning_now
from worker.turns import READING

NAVIGATION = (
    ("Season", "season.home"),
    ("Fit", "fit.overview"),
    ("Events", "events.listing"),
    ("Talks", "talks.listing"),
    ("Issues", "issues.listing"),
    ("People", "people.listing"),
)
ABOUT_EVENTS = frozenset(
    [
        *("booth_paste", "booths", "covers", "duty", "newcomers", "proposals", "roster"),
        *("roster_out", "shifts"),
    ]
)
"""Blueprints whose pages are below an event's."""
BELOW = {
    **dict.fromkeys(("calls", "calls_paste", "deadlines", "notices"), "season"),
    **dict.fromkeys(("kits", "kit_paste", "money", "money_paste", "money_rules"), "season"),
    **dict.fromkeys(("trips", "trip_paste"), "season"),
    **dict.fromkeys(("bookings", "checklists", "checklist_paste"), "events"),
    "editions": "events",
    "notes": "events",
    "plans": "events",
    "library": "talks",
    "portfolios": "season",
    "talk_paste": "talks",
}
"""Other blueprints whose pages are below a word's."""
MOST_PATHS = 4096
MOST_NOTES = 5
"""Notes that wait to be shown; a browser that follows no redirect collects no more."""
BAR = "undo"
"""Where a browser keeps its last act, with the address that takes it back, and whose it was."""
VOLUNTEER_NAVIGATION = ((N_("My shifts"), "my_shifts.mine"), (N_("Events"), "events.listing"))


ASK_WORDS = {
    "test": N_("test"),
    "reproduce": N_("reproduce"),
    "review": N_("review"),
    "tell": N_("tell us your set-up"),
    "good_news": N_("good news to tell"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """What was just done, or refused; with the address that takes it back."""

    sentence: str
    undo_url: str | None = None
    refused: bool = False
    letters: Sequence[int] = ()
    """Letters whose links are to be handed over, for no mail leaves."""
    links: str = ""
    """Says how many: "3 links to hand over"."""


@dataclass(frozen=True, slots=True)
class Page:
    """The frame of a page."""

    foundation: Foundation | None
    me: Person | None
    now: datetime
    section: str
    notes: list[Note] = field(default_factory=list)

    @property
    def is_staff(self) -> bool:
        """Tell whether the acts of staff are offered."""
        return self.me is not None and self.me.role == "staff"

    @property
    def nav(self) -> tuple[tuple[str, str], ...]:
        """Return the entries of the navigation."""
        return NAVIGATION if self.is_staff else VOLUNTEER_NAVIGATION

    @property
    def today(self) -> date:
        """Return the planning day."""
        return self.now.date()


def tell(
    sentence: str,
    entry: Entry | None = None,
    back: Mapping[str, Any] | None = None,
    *,
    refused: bool = False,
    letters: Sequence[int] = (),
) -> None:
    """Show a sentence on the next page.

    With a line of the history it stays with its Undo on every page of that person until their
    next act, or until it is refused; `back` is what the page showed that Undo leads back to.
    """
    g.has_told = True
    here = request.script_root + request.path
    if not refused or (session.get(BAR) or ["", ""])[1].partition("?")[0] == here:
        session.pop(BAR, None)  # another act was done, or this one cannot go back
    if entry is not None:
        undo_url = url_for("history.take_back", entry_id=entry.id, **(back or {}))
        session[BAR] = [sentence, undo_url, _whose(), list(letters)]
        return
    flash([sentence, None, refused, list(letters)])  # type: ignore[arg-type]  # any JSON travels
    session["_flashes"] = session["_flashes"][-MOST_NOTES:]  # the cookie stays a cookie


def _whose() -> int | None:
    person = find_me()
    return person.id if person else None


def _end_bar(response: Response) -> Response:
    """Let the Undo of the last act go where another was done that says nothing."""
    if request.method not in READING and 300 <= response.status_code < 400 and "has_told" not in g:
        session.pop(BAR, None)
    return response


def _notes() -> list[Note]:
    """Return what was just said, and the last act while it can be undone with one press."""
    notes = [_note(*note) for note in get_flashed_messages()]
    sentence, undo_url, whose, letters = session.get(BAR) or ("", None, None, ())
    if undo_url and whose == _whose():
        notes.append(_note(sentence, undo_url, False, letters))
    return notes


def _note(sentence: str, undo_url: str | None, refused: bool, letters: Sequence[int]) -> Note:
    """Return a note, with how many people's links it leads to."""
    count = count_readers(db(), letters) if letters else 0
    links = ngettext("%(num)s link to hand over", "%(num)s links to hand over", count)
    return Note(sentence, undo_url, refused, letters if count else (), links if count else "")


def _frame() -> dict[str, Any]:
    endpoint = request.endpoint or ""
    blueprint = endpoint.partition(".")[0]
    word = "events" if blueprint in ABOUT_EVENTS else BELOW.get(blueprint, blueprint)
    section = next((entry for _, entry in NAVIGATION if entry.partition(".")[0] == word), "")
    page = Page(
        foundation=find_here(),
        me=find_me(),
        now=planning_now(),
        section=section,
        notes=_notes(),
    )
    return {"page": page}


def _place(row: Any) -> str | None:
    """Say where something is: "Denver, United States"; None where it is not known."""
    parts = [part for part in (row.city, row.country) if part]
    return ", ".join(parts) or None


def _state_word(state: str) -> str:
    return str(STATE_WORDS[state])


def _ask_word(kind: str) -> str:
    return str(ASK_WORDS[kind])


def _at_venue(instant: datetime, zone: str | None) -> str:
    """Say an instant by the venue's clock: "Wed 31 Jul, 15:15"."""
    return clock.say_moment(instant, ZoneInfo(zone or "UTC"))


def _clock(instant: datetime, zone: str | None) -> str:
    """Say a time of day with the town of its zone: "09:14 Denver"."""
    zone = zone or "UTC"
    return f"{clock.say_time(instant, ZoneInfo(zone))} {clock.say_town(zone)}"


def _bare_address(url: str) -> str:
    """Shorten a web address to what a person would type."""
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _around(sentence: str, word: str) -> list[str]:
    """Split a sentence at a word, in whatever case; every second part is the word."""
    return re.split(f"({re.escape(word)})", sentence, flags=re.IGNORECASE)


def _need_url(need: NeedsYou) -> str:
    """Lead from a need to the page that settles it."""
    match need.act:
        case "why":
            return url_for("fit.why", slug=need.segment_slug, event_id=need.event_id)
        case "brief":
            return url_for("briefs.add_issue", event_id=need.event_id, issue_id=need.issue_id)
        case "own":
            return url_for("plans.own", event_id=need.event_id)
        case "print":
            return url_for("briefs.show", event_id=need.event_id)
        case "cover":
            return url_for("covers.choose", event_id=need.event_id, shift_id=need.shift_id)
        case "hours":
            return url_for("booths.hours", event_id=need.event_id)
        case "talk":
            return url_for("talks.show", proposal_id=need.proposal_id)
        case "claims" if need.request_id:
            return url_for("money.show", request_id=need.request_id)
        case "claims":
            return url_for("events.show", event_id=need.event_id, _anchor="money")
        case "send":
            return url_for("talks.propose_one", call=need.call_id)
        case "call":
            return url_for("events.show", event_id=need.event_id, _anchor="calls")
        case "checklist":
            return url_for("checklists.show", event_id=need.event_id)
        case "duplicates":
            return url_for("imports.duplicates")
        case _:
            return url_for("events.show", event_id=need.event_id)


def _year_sentence(counts: dict[str, int], year: int) -> str:
    """Say a year in one line: "2024: eight done, six to come, one turned down"."""
    parts = [
        f"{clock.say_number(counts['done']) if counts['done'] else 'none'} done",
        f"{clock.say_number(counts['coming']) if counts['coming'] else 'none'} to come",
    ]
    if counts["turned_down"]:
        parts.append(f"{clock.say_number(counts['turned_down'])} turned down")
    return f"{year}: {', '.join(parts)}"


def remembered_paths() -> Callable[..., str]:
    """Return `url_for` for templates: a list of rows asks for the same few paths again and again.

    A path depends on the endpoint, its values and where the program is mounted, so those are
    what it is remembered by; anything unusual is built anew.
    """

    @lru_cache(maxsize=MOST_PATHS)
    def build(_root: str, endpoint: str, values: tuple[tuple[str, str], ...]) -> str:
        given: dict[str, Any] = dict(values)
        return url_for(endpoint, **given)

    def path(endpoint: str, **values: Any) -> str:
        if endpoint[0] == "." or any(key[0] == "_" for key in values):
            return url_for(endpoint, **values)
        given = tuple((key, str(value)) for key, value in values.items() if value is not None)
        return build(request.environ.get("SCRIPT_NAME", ""), endpoint, given)

    return path


class Lacking(Protocol):
    """A shift, however it was read."""

    @property
    def places(self) -> Places: ...

    @property
    def zone(self) -> ZoneInfo: ...


def _lacking(shift: Lacking) -> str:
    """Say whom a shift lacks: "1 missing, 1 asked until 14:00"."""
    return shift.places.say_missing(shift.zone, planning_now()) if shift.places.missing else ""


def _say_needs(needs: Iterable[str]) -> str:
    """Say what a shift asks for: "Needs a forklift licence and French."."""
    return _("Needs %(needs)s.", needs=clock.say_list(map(say_named_need, needs)))


def _say_helpful(needs: Iterable[str]) -> str:
    """Say to volunteers what helps there; a lead is named by staff, and is no hurdle to them."""
    theirs = [say_named_need(need) for need in needs if need != "lead"]
    return _("Helpful, not needed: %(needs)s.", needs=clock.say_list(theirs)) if theirs else ""


def _first_names_or(people: Iterable[Person]) -> Markup:
    """Name people of whom one is enough: "Ada or Lin"."""
    names = [Markup("<bdi>{}</bdi>").format(one.first_name) for one in people]
    return Markup(clock.say_either(names))  # noqa: S704 - each name is escaped


def register(app: Flask) -> None:
    """Give every template the frame and the words for days and states."""
    app.context_processor(_frame)
    app.after_request(_end_bar)
    app.jinja_env.filters.update(
        day=clock.say_day,
        day_long=clock.say_long_day,
        date=clock.say_date,
        full_moment=clock.say_full_moment,
        figure=clock.say_figure,
        span=clock.say_days,
        days_left=clock.say_days_left,
        number=clock.say_number,
        day_word=clock.say_day_word,
        shifts=say_shifts,
        listed=clock.say_list,
        place=_place,
        day_month=clock.say_day_month,
        year_sentence=_year_sentence,
        state_word=_state_word,
        ask_word=_ask_word,
        code_word=say_code,
        at_venue=_at_venue,
        clock=_clock,
        bare_address=_bare_address,
        opening=clock.opening,
        when=venue_words.say_when,
        share=clock.say_share,
        whole=say_whole,
        traveller=say_traveller,
        money_headline=say_headline,
        proposal_state=say_state,
        slot=say_slot,
        speakers=say_speakers,
        answer_by=say_answer_by,
        days_to_answer=days_to_answer,
        next_date=say_next,
        way=draw_way,
    )
    _register_booth_words(app)
    app.jinja_env.globals.update(need_url=_need_url, url_for=remembered_paths())


def _register_booth_words(app: Flask) -> None:
    app.jinja_env.filters.update(
        need_word=say_named_need,
        around=_around,
        pips=pips,
        taken_of=say_taken_of,
        task=say_task,
        kind_word=say_kind,
        kind_within=say_kind_within,
        say_needs=_say_needs,
        say_helpful=_say_helpful,
        first_names_or=_first_names_or,
        lacking=_lacking,
    )
