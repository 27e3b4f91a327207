"""The benchmark: `make bench` measures pages against a bare route, memory, start, match, import."""

import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from sqlalchemy.orm import Session

from app import create_app
from bench import pages, rules
from bench.scratch import scratch
from bench.served import Served, start, start_program
from bench.world import fill
from bench.world_size import Size
from models import Foundation, Person
from models.database import make_engine, make_sessions
from outreach.accounts.sign_in import open_session

SIZES = {"small": Size(1_000), "large": Size(10_000)}
MOST_GROWTH, MOST_MB, MOST_SECONDS, MOST_SECONDS_WHOLE = 2.0, 120.0, 1.5, 3.0
CONNECTIONS = 12
"""So many new connections reach both workers, so that both have worked before they are weighed."""
STARTS = 3


@dataclass(frozen=True)
class Loaded:
    """A filled database: its address, a signed-in token, and where its pages are."""

    url: str
    token: str
    paths: dict[str, str]
    refresh: float


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def met(figure: float, most: float | None) -> str:
    """Say what a figure should reach and whether it does."""
    if most is None:
        return ""
    return f"{most:g} {'met' if figure <= most else 'MISSED'}"


@contextmanager
def session_on(url: str) -> Iterator[Session]:
    """Open a writing session on a database of its own."""
    engine = make_engine(url)
    with make_sessions(engine)() as session:
        yield session
    engine.dispose()


def load(url: str, size: Size) -> Loaded:
    """Fill a database and match everything in it."""
    with session_on(url) as session:
        foundation = fill(session, size)
        session.commit()
        refresh = rules.clock(lambda: rules.match_all(session, foundation))
        person = session.get_one(Person, 1)
        _, token = open_session(session, person, datetime.now(UTC), "bench")
        if session.get_bind().dialect.name == "postgresql":
            session.connection().exec_driver_sql("ANALYZE")  # its server does so by itself
        session.commit()
        return Loaded(url, token, pages.find_paths(session), refresh)


def serve(running: ExitStack, loaded: Loaded | None = None, *, whole: bool = False) -> Served:
    """Start a server that stops with the others of `running`: of a database, or the bare one.

    `whole` starts it by `flask serve`.
    """
    if loaded is None:
        served = start("bench.bare:create_app()", {}, "/")
    else:
        environment = {"DATABASE_URL": loaded.url}
        served = (
            start_program(environment, "/sign-in")
            if whole
            else start("app:create_app()", environment, "/sign-in")
        )
        served.token = loaded.token
    running.callback(served.stop)
    return served


def print_pages(few: Loaded, many: Loaded) -> None:
    """Measure the pages over HTTP: the same server, the same machine, the same minute."""
    app = create_app({"DATABASE_URL": many.url})
    counts = pages.count_statements(app, many.token, many.paths)
    app.extensions["ENGINE"].dispose()
    say("\n| page | × bare | to reach | × work | ms | growth | to reach | SQL | bytes | gzip |")
    say("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    with ExitStack() as running:
        bare, small, large = (serve(running, one) for one in (None, few, many))
        asked = ((small, few.paths), (large, many.paths))
        for row in pages.measure(bare, *asked, counts):
            say(
                f"| {row.page} | {row.times:.1f} | {met(row.times, row.target)}"
                f" | {row.work:.1f} | {row.milliseconds:.1f}"
                f" | {row.growth:.2f} | {met(row.growth, MOST_GROWTH)}"
                f" | {row.statements} | {row.size:,} | {row.packed:,} |"
            )


def print_server(loaded: Loaded) -> None:
    """Start the server by itself a few times, then weigh it before and after work."""
    alone = median(start_seconds(loaded, whole=False) for _ in range(STARTS))
    whole = median(start_seconds(loaded, whole=True) for _ in range(STARTS))
    say("\n| server | figure | to reach |")
    say("|---|---:|---:|")
    say(f"| start of the server to its first page, s | {alone:.2f} | {met(alone, MOST_SECONDS)} |")
    say(f"| `flask serve` to its first page, s | {whole:.2f} | {met(whole, MOST_SECONDS_WHOLE)} |")
    with ExitStack() as running:
        served = serve(running, loaded)
        say(f"| memory after the start, MB | {served.megabytes():.0f} | |")
        for _ in range(CONNECTIONS):
            served.hang_up()
            for page, path in loaded.paths.items():
                served.ask(path, signed_in=page not in pages.PUBLIC)
        count, used = len(served.processes()), served.megabytes()
    say(f"| memory of {count} processes after every page, MB | {used:.0f} | {met(used, MOST_MB)} |")


def start_seconds(loaded: Loaded, *, whole: bool) -> float:
    """Return how long the server takes from its start to its first page."""
    with ExitStack() as running:
        return serve(running, loaded, whole=whole).seconds_to_first_page


def print_rules(few: Loaded, many: Loaded, import_url: str) -> None:
    """Time the match on the large database, and an import into an empty one."""
    say("\n| match and import | seconds | to reach |")
    say("|---|---:|---:|")
    for size, loaded in zip(SIZES.values(), (few, many), strict=True):
        say(f"| every stored match, {size.events:,} events | {loaded.refresh:.2f} | |")
    with session_on(many.url) as session:
        foundation = session.get_one(Foundation, 1)
        timings = [*rules.time_engine(session, foundation), *rules.time_stored(session, foundation)]
    with session_on(import_url) as session:
        timings += rules.time_import(session)
    for row in timings:
        say(f"| {row.what} | {row.seconds:.2f} | {met(row.seconds, row.target)} |")


def main() -> None:
    """Run everything and print it."""
    begun = time.perf_counter()
    os.environ["SECRET_KEY"] = secrets.token_hex()
    with scratch(*SIZES, "import") as urls:
        python = sys.version.split()[0]
        say(f"{datetime.now(UTC):%d %B %Y}, Python {python}, {os.cpu_count()} processors")
        few, many = (load(urls[name], size) for name, size in SIZES.items())
        print_pages(few, many)
        print_server(many)
        print_rules(few, many, urls["import"])
    say(f"\nThe run took {time.perf_counter() - begun:.0f} s.")


if __name__ == "__main__":
    main()
