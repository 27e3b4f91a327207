"""The pages that are measured: where they are, what they cost, how they grow."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from bench.served import Served
from bench.world_size import NOW
from models import Ask, Decision, Event, Match, Segment
from views.web.cookies import NAME

LIST, BOARD, DEEP = 10.0, 15.0, 20.0
"""How many times a bare route a list page may take, one of many nouns, a page that explains."""
TARGETS: Mapping[str, float | None] = {
    "season": LIST,
    "fit overview": LIST,
    "fit why": DEEP,
    "event": DEEP,
    "events": LIST,
    "deadlines": BOARD,
    "issues": LIST,
    "people": LIST,
    "brief": DEEP,
    "sign-in": None,
    "search": LIST,
    "outbox": LIST,
    "duplicates": LIST,
}
PUBLIC = frozenset({"sign-in"})
ROUNDS, WARM_UP = 41, 3


@dataclass(frozen=True)
class Figure:
    """What one page costs; `times` (by the clock) and `work` are multiples of the bare route's.

    Work is the servers' processor time, which other programs on the machine hardly change.
    """

    page: str
    times: float
    work: float
    milliseconds: float
    growth: float
    statements: int
    size: int
    packed: int

    @property
    def target(self) -> float | None:
        """Return the most it should take, None where nothing is set."""
        return TARGETS[self.page]


def find_paths(session: Session) -> dict[str, str]:
    """Return where each page is; the event and segment are the fullest ones of the database.

    A coming event that we go to, and the segment with an ask that fits it best.
    """
    slug, event_id = session.execute(
        select(Segment.slug, Match.event_id)
        .join(Match, Match.segment_id == Segment.id)
        .join(Event, Event.id == Match.event_id)
        .join(Decision, Decision.event_id == Event.id)
        .where(
            Decision.state == "go",
            Event.starts_on > NOW.date(),
            Segment.id.in_(select(Ask.segment_id)),
        )
        .order_by(Match.rank.desc(), Match.event_id)
        .limit(1)
    ).one()
    return {
        "season": "/season",
        "fit overview": "/fit",
        "fit why": f"/fit/{slug}/{event_id}",
        "event": f"/events/{event_id}",
        "events": "/events",
        "calls": "/calls",
        "deadlines": "/deadlines",
        "issues": "/issues",
        "people": "/people",
        "brief": f"/events/{event_id}/brief",
        "sign-in": "/sign-in",
        "search": "/search?q=linux",
        "outbox": "/outbox",
        "duplicates": "/duplicates",
    }


def measure(
    bare: Served,
    small: tuple[Served, Mapping[str, str]],
    large: tuple[Served, Mapping[str, str]],
    statements: Mapping[str, int],
) -> Iterator[Figure]:
    """Measure page by page, the three servers in turn, so that a busy moment hits all."""
    for page in TARGETS:
        asked = [(bare, "/"), *((served, paths[page]) for served, paths in (small, large))]
        known, body = page not in PUBLIC, b""
        for served, path in asked * WARM_UP:
            status, body = served.ask(path, signed_in=known)
            if status != 200:
                raise RuntimeError(f"{page} answered {status}")
        before = [served.worked() for served, _ in asked]
        rounds = [
            [served.timed(path, signed_in=known) for served, path in asked] for _ in range(ROUNDS)
        ]
        light, _, heavy = (
            served.worked() - start for (served, _), start in zip(asked, before, strict=True)
        )
        least, few, many = (median(times) for times in zip(*rounds, strict=True))
        yield Figure(
            page,
            times=many / least,
            work=heavy / light,
            milliseconds=many * 1000,
            growth=many / few,
            statements=statements[page],
            size=len(body),
            packed=len(gzip.compress(body, 6)),
        )


def count_statements(app: Flask, token: str, paths: Mapping[str, str]) -> dict[str, int]:
    """Return how many SQL statements each page makes, counted inside the program."""
    client = app.test_client()
    counts = {}
    for page, path in paths.items():
        client.delete_cookie(NAME)
        if page not in PUBLIC:
            client.set_cookie(NAME, token)
        client.get(path)
        with counting() as statements:
            client.get(path)
        counts[page] = len(statements)
    return counts


@contextmanager
def counting() -> Iterator[list[str]]:
    """Give the list of the SQL statements that are made meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)
