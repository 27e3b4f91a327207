"""Measures feeds of about 500 entries: the first time, and while nothing has changed."""

import os
import secrets
from contextlib import ExitStack

from app import create_app
from bench.__main__ import met, say, serve, session_on
from bench.pages import counting
from bench.scratch import scratch
from bench.seasons import load
from bench.served import Served
from models import Foundation
from outreach.accounts import feeds

MOST_FIRST, MOST_UNCHANGED, MOST_STATEMENTS = 150.0, 3.0, 10
ROUNDS, WARM_UP = 100, 5
WHAT = ("season", "deadlines")


def make_addresses(url: str) -> dict[str, str]:
    """Give each calendar an address; return the paths."""
    key, paths = os.environ["SECRET_KEY"], {}
    with session_on(url) as session:
        ours = session.get_one(Foundation, 1)
        for what in WHAT:
            feed = feeds.make(session, ours, what, key, ours.created_at)
            paths[what] = f"/feeds/{feeds.find_token(feed, key)}.ics"
        session.commit()
    return paths


def work(bare: Served, full: Served, path: str, known: str = "") -> float:
    """Return how much processor time an answer takes, in times of the bare route's."""
    for _ in range(WARM_UP):
        bare.ask("/")
        full.ask(path, signed_in=False, known=known)
    before = [served.worked() for served in (bare, full)]
    for _ in range(ROUNDS):
        bare.ask("/")
        full.ask(path, signed_in=False, known=known)
    light, heavy = (
        served.worked() - start for served, start in zip((bare, full), before, strict=True)
    )
    return heavy / light


def main() -> None:
    """Measure them beside the bare route, and print it."""
    os.environ["SECRET_KEY"] = secrets.token_hex()
    say("\n| feed of a full season | entries | × work | to reach | SQL | to reach |")
    say("|---|---:|---:|---:|---:|---:|")
    with scratch("feeds") as urls, ExitStack() as running:
        loaded = load(urls["feeds"])
        paths = make_addresses(loaded.url)
        app = create_app({"DATABASE_URL": loaded.url})
        bare, full = serve(running), serve(running, loaded)
        for what, path in paths.items():
            client = app.test_client()
            first = client.get(path)
            tag, entries = first.headers["ETag"], first.data.count(b"BEGIN:VEVENT")
            for name, known, most in (
                ("the first time", "", MOST_FIRST),
                ("unchanged", tag, MOST_UNCHANGED),
            ):
                with counting() as statements:
                    client.get(path, headers={"If-None-Match": known})
                # The server has an address of its own, which is part of what a tag is of.
                mine = full.tag_of(path) if known else ""
                figure, count = work(bare, full, path, mine), len(statements)
                say(f"| {what}, {name} | {entries} | {figure:.1f} | {met(figure, most)} | {count}"
                    f" | {met(count, MOST_STATEMENTS)} |")  # fmt: skip
        app.extensions["ENGINE"].dispose()


if __name__ == "__main__":
    main()
