"""The benchmark of the booth: the sign-up page, the roster, sign-ups one by one and all at once."""

import gzip
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from statistics import median

from flask import Flask
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, event, insert

from app import create_app
from bench.__main__ import met, say
from bench.crowd import SECRET, Browser, Ground, lay_fair, lay_ground, new_key, percentile
from bench.pages import ROUNDS, WARM_UP, count_statements
from bench.scratch import scratch
from bench.served import Served, start
from bench.torture import CLIENTS, Try, broken_promises, rush
from models import Shift, SignUp
from models.database import make_engine, make_sessions
from views.mine.personal import COOKIE

SHIFTS, PEOPLE, RUSH = 500, 1000, 3_000
PAGE, POST = 25.0, 15.0
"""How many times a bare route a page and a form may take."""
MOST_STATEMENTS, MOST_PACKED, MOST_P99 = 10.0, 60_000.0, 0.7
LEAST_PER_SECOND = {"sqlite": 150, "postgresql": 100}
MOST_WORK, MOST_LOCKED = 13.0, 2.0
"""Milliseconds of processor time of one form, and those while others wait for it."""
SINGLE = 150
"""Forms that are sent one at a time."""
BARE = 200
"""Bare transactions, before the rush and after it."""


@dataclass(frozen=True)
class Cost:
    """What one thing costs, as a multiple of the bare route in the same minute."""

    what: str
    times: float
    most: float
    milliseconds: float


def compare(bare: Served, what: str, most: float, act: Callable[[], object], rounds: int) -> Cost:
    """Do something and ask for the bare page in turn, so that a busy moment hits both."""
    taken, least = [], []
    for number in range(WARM_UP + rounds):
        plain = bare.timed("/")
        begun = time.perf_counter()
        act()
        if number >= WARM_UP:
            taken.append(time.perf_counter() - begun)
            least.append(plain)
    return Cost(what, median(taken) / median(least), most, median(taken) * 1000)


def form_costs(bare: Served, served: Served, ground: Ground) -> Iterator[Cost]:
    """Measure forms sent one at a time: to a shift with places, then to a full one."""
    browser = Browser(served.port)
    browser.meet(f"/s/{ground.code}/shifts/{ground.shifts[0]}")
    for what, number, wanted in (("accepted", 0, 303), ("refused as full", 1, 409)):
        crowd = iter(ground.people)
        path = f"/s/{ground.code}/shifts/{ground.shifts[number]}?seen=0"
        send = partial(send_next, browser, path, crowd, wanted)
        yield compare(bare, f"sign-up, {what}", POST, send, SINGLE)


def send_next(browser: Browser, path: str, crowd: Iterator[tuple[int, str]], wanted: int) -> None:
    """Send the form of the next person."""
    answer = browser.post(path, {"form_key": new_key()}, next(crowd)[1])
    if answer.status != wanted:
        raise RuntimeError(f"{path} answered {answer.status}, not {wanted}")


def print_costs(engine: Engine, environment: Mapping[str, str], ground: Ground) -> None:
    """Measure pages and forms beside the bare route, on a server each."""
    paths = {
        f"sign-up page, {SHIFTS} shifts": f"/s/{ground.code}",
        "roster of one day, 8 shifts": f"/events/{lay_fair(engine, ground)}/roster",
        "roster of one day, 96 shifts": f"/events/{ground.event_id}/roster",
    }
    app = create_app(dict(environment))
    counts = count_statements(app, ground.staff, paths)
    app.extensions["ENGINE"].dispose()
    say("\n| booth | × bare | to reach | ms | SQL | gzip |")
    say("|---|---:|---:|---:|---:|---:|")
    with ExitStack() as running:
        bare, served = (
            start("bench.bare:create_app()", {}, "/"),
            start("app:create_app()", environment, "/healthz"),
        )
        for one in (bare, served):
            running.callback(one.stop)
        served.token = ground.staff
        for page, path in paths.items():
            signed_in = "roster" in page
            cost = compare(bare, page, PAGE, partial(served.ask, path, signed_in=signed_in), ROUNDS)
            packed = len(gzip.compress(served.ask(path, signed_in=signed_in)[1], 6))
            print_cost(cost, f"{counts[page]} | {packed:,}")
        fill(engine, ground)
        for cost in form_costs(bare, served, ground):
            print_cost(cost, " | ")


def print_cost(cost: Cost, rest: str) -> None:
    """Print a row of the table."""
    say(
        f"| {cost.what} | {cost.times:.1f} | {met(cost.times, cost.most)}"
        f" | {cost.milliseconds:.1f} | {rest} |"
    )


def fill(engine: Engine, ground: Ground) -> None:
    """Make the second shift one of one place, and take it."""
    now = datetime.now(UTC)
    with make_sessions(engine).begin() as session:
        session.get_one(Shift, ground.shifts[1]).max_people = 1
        person = ground.people[-1][0]
        stamps = {"confirmed_at": now, "created_at": now, "changed_at": now}
        session.add(SignUp(shift_id=ground.shifts[1], person_id=person, **stamps))


def print_work(environment: Mapping[str, str], ground: Ground) -> None:
    """Weigh forms by processor time, which other programs on the machine hardly change."""
    app = create_app(dict(environment))
    engine, begun, locked = app.extensions["ENGINE"], list[float](), list[float]()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes", True):
            begun.append(time.thread_time())

    @event.listens_for(engine, "checkin")
    def end(*_: object) -> None:
        if begun:
            locked.append(time.thread_time() - begun.pop())

    say("\n| form | ms of work | to reach | of these under the lock | to reach |")
    say("|---|---:|---:|---:|---:|")
    for who, tokens in (("known", [token for _, token in ground.people]), ("newcomer", [""])):
        locked.clear()
        work = [
            form_work(app, ground, number, tokens[number % len(tokens)])
            for number in range(WARM_UP + SINGLE)
        ]
        whole, behind = (1000 * median(taken[WARM_UP:]) for taken in (work, locked))
        figures = (
            f"{whole:.1f} | {met(whole, MOST_WORK)} | {behind:.1f} | {met(behind, MOST_LOCKED)}"
        )
        say(f"| sign-up, {who} | {figures} |")
    engine.dispose()


def form_work(app: Flask, ground: Ground, number: int, token: str) -> float:
    """Send the form of somebody, in a browser of their own; return its processor time."""
    client, shift = app.test_client(), ground.shifts[2 + number % (SHIFTS - 2)]
    if token:
        client.set_cookie(COOKIE, token)
    found = SECRET.search(client.get(path := f"/s/{ground.code}/shifts/{shift}").data)
    new = {} if token else {"name": f"N{number} Comer", "contact": f"n{number}@example.org"}
    fields = {"csrf_token": found[1].decode() if found else "", "form_key": new_key()}
    begun = time.thread_time()
    answer = client.post(path, data=fields | new)
    taken = time.thread_time() - begun
    if answer.status_code != 303:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return taken


def bare_inserts(engine: Engine) -> float:
    """Return how many transactions of one short row go by in a second, one after the other."""
    table = Table("bare", MetaData(), Column("id", Integer, primary_key=True))
    table.create(engine, checkfirst=True)
    begun = time.perf_counter()
    for _ in range(BARE):
        with engine.begin() as connection:
            connection.execute(insert(table))
    rate = BARE / (time.perf_counter() - begun)
    table.drop(engine)
    return rate


def print_rush(engine: Engine, environment: Mapping[str, str], ground: Ground) -> None:
    """Let everybody sign up at once where there is a place for all."""
    shifts = ground.shifts[2:]
    tries = [
        Try(shifts[number % len(shifts)], *ground.people[number % PEOPLE], new_key())
        for number in range(RUSH)
    ]
    served = start("app:create_app()", environment, "/healthz")
    try:
        bare, worked = bare_inserts(engine), served.worked()
        begun = time.perf_counter()
        outcome = rush(served.port, ground, tries)
        took = time.perf_counter() - begun
        work = (served.worked() - worked) * 1000 / RUSH
        bare = (bare + bare_inserts(engine)) / 2
    finally:
        served.stop()
    least = LEAST_PER_SECOND[engine.dialect.name]
    rate, p99 = outcome.said["taken"] / took, percentile(outcome.seconds, 0.99)
    say(f"\n| {CLIENTS} clients, {engine.dialect.name} | figure | to reach |")
    say("|---|---:|---:|")
    say(f"| sign-ups a second | {rate:.0f} | {least} {'met' if rate >= least else 'MISSED'} |")
    say(f"| the same for each bare INSERT | {rate / bare:.2f} | |")
    say(f"| ms of work each | {work:.1f} | {met(work, MOST_WORK)} |")
    say(f"| the slowest of a hundred, s | {p99:.2f} | {met(p99, MOST_P99)} |")
    for line in broken_promises(engine, outcome):
        say(f"BROKEN {line}")


def main() -> None:
    """Run everything and print it."""
    key = secrets.token_hex()
    with scratch("booth") as urls:
        engine = make_engine(urls["booth"])
        ground = lay_ground(engine, key, SHIFTS, PEOPLE, places=PEOPLE)
        environment = {
            "DATABASE_URL": urls["booth"],
            "SECRET_KEY": key,
            "SIGN_UPS_PER_PLACE": "0",
        }
        os.environ.update(SECRET_KEY=key)
        print_costs(engine, environment, ground)
        print_work(environment, ground)
        print_rush(engine, environment, ground)
        engine.dispose()


if __name__ == "__main__":
    main()
