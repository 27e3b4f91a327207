"""Whom what staff do reaches: asked for pages, and said once for everything that was told."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, current_app, request

from models import Foundation
from outreach.staffing.reach import hearers
from outreach.staffing.reach.load import load_reach
from outreach.staffing.reach.rule import (
    BY_MAIL,
    WORDS,
    Reached,
    ReachFacts,
    reach_all,
    reach_of,
    say_reached,
)
from views.web.guards import LEAD, PUBLIC, find_guard
from views.web.request import db, find_here, find_me

TAKE_BACK = "history.take_back"
"""Open to whoever did the act: to whoever runs the booth too."""
MOST_LETTERS = 100
"""A browser keeps the numbers of no more; the outbox has the others."""


def sends(of: Foundation | None = None) -> bool:
    """Tell whether mail leaves: not without a server, and the example's addresses are invented.

    `of` a foundation, else of the one whose pages are shown.
    """
    shown = of or find_here()
    is_example = shown is not None and shown.is_example
    return current_app.config["MAIL_SERVER"] is not None and not is_example


def reach_people(names: Mapping[int, str]) -> list[Reached]:
    """Return how these people, by number, are reached."""
    return reach_all(names, load_reach(db(), names), sends())


def say_reach(names: Mapping[int, str]) -> str:
    """Say how these people, by number, hear of something: "6 are mailed, 1 to call: Bob."."""
    return say_reached(reach_people(names))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whom an act reaches, in a sentence, and the letters whose links are yet to be handed over."""

    sentence: str = ""
    letters: tuple[int, ...] = ()


def take_outcome() -> Outcome:
    """Return what came of telling people in this request, for whoever runs the booth."""
    if find_guard(str(request.endpoint)) is PUBLIC and request.endpoint != TAKE_BACK:
        return Outcome()  # a volunteer's own page
    told, me = hearers.take(db()), find_me()
    if me is None or not (me.role == "staff" or find_guard(str(request.endpoint)) is LEAD):
        return Outcome()
    by_name = sorted(told.names.items(), key=lambda one: (one[1].casefold(), one[0]))
    names = {number: name for number, name in by_name if number != me.id}
    hands_over = me.role == "staff" and not sends()
    letters = tuple(told.letters[:MOST_LETTERS]) if hands_over else ()
    return Outcome(say_reach(names), letters)


def _reach(facts: ReachFacts) -> str:
    return reach_of(facts, sends())


def _stands_out(state: str) -> bool:
    """Tell whether no mail tells them, so that somebody has to."""
    return state not in BY_MAIL


def _word(state: str) -> str:
    return str(WORDS[state])


def register(app: Flask) -> None:
    """Give templates the words for how somebody is reached."""
    app.jinja_env.globals.update(sends=sends)
    app.jinja_env.filters.update(
        reach=_reach,
        say_all_reached=say_reached,
        stands_out=_stands_out,
        reach_word=_word,
        say_reach=say_reach,
    )
