"""A large import beside a crowd: how long lists and sign-ups take, and what a kill leaves behind.

`make bench` measures it, `make torture` kills too, the tests run a short form. It ends with an
error where a promise was broken: an answer of 5xx, an import that is seen by half.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event as Signal
from threading import Thread

from sqlalchemy import Engine, delete, func, select, update

from bench.crowd import Answer, Browser, Ground, new_key, percentile
from bench.rules import made_events
from bench.served import start_program
from bench.torture import is_sound, laid
from models import AuditEntry, Event, EventSource, Foundation, ImportBatch, Segment, Series
from models.database import make_sessions
from outreach.planning.segments.founding import read_templates

CLIENTS = 12
PAUSE = 0.1
"""Seconds between an answer and the next thing that a client does."""
SECONDS_TO_END = 900
SEGMENTS = 14
MOST_LIST, MOST_SIGN_UP = 0.3, 1.0
"""Seconds: what 95 of 100 lists take at most, and every sign-up."""


@dataclass
class Beside:
    """What the crowd saw meanwhile."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    odd: list[str] = field(default_factory=list)

    def note(self, what: str, answer: Answer, seconds: float) -> None:
        """Keep how long something took, and what it should not have said."""
        self.seconds[what].append(seconds)
        if answer.status not in {200, 303}:
            self.odd.append(f"{what} answered {answer.status}")


def crowd(port: int, ground: Ground, ended: Signal, beside: Beside) -> Iterator[Thread]:
    """Let half of the clients read the list of events, and the others sign up."""
    shifts = len(ground.shifts)
    places = [  # far from each other, so that nobody stands for long
        (ground.shifts[(number + turn * shifts // 2) % shifts], token)
        for turn in range(2)
        for number, (_, token) in enumerate(ground.people)
    ]
    for number in range(CLIENTS):
        mine = iter(places[number::CLIENTS])
        act = _read if number % 2 else _sign_up
        yield Thread(target=act, args=(port, ground, ended, beside, mine), daemon=True)


Places = Iterator[tuple[int, str]]


def _read(port: int, ground: Ground, ended: Signal, beside: Beside, _: Places) -> None:
    with closing(Browser(port, ground.staff)) as browser:
        while not ended.wait(PAUSE):
            _timed(beside, "list", lambda: browser.ask("/events"))


def _sign_up(port: int, ground: Ground, ended: Signal, beside: Beside, places: Places) -> None:
    with closing(Browser(port)) as browser:
        browser.meet(f"/s/{ground.code}/shifts/{ground.shifts[0]}")
        for shift, token in places:
            if ended.wait(PAUSE):
                return
            path, form = f"/s/{ground.code}/shifts/{shift}", {"form_key": new_key()}
            _timed(beside, "sign-up", lambda: browser.post(path, form, token))  # noqa: B023


def _timed(beside: Beside, what: str, act: Callable[[], Answer]) -> None:
    begun = time.perf_counter()
    answer = act()
    if answer.status == 0:  # a connection that was kept open and ended just then: browsers ask anew
        answer = act()
    beside.note(what, answer, time.perf_counter() - begun)


def add_segments(engine: Engine, ground: Ground) -> int:
    """Give the foundation segments to match with; return its number."""
    with make_sessions(engine).begin() as session:
        owner = session.get_one(Event, ground.event_id).foundation_id
        for number in range(SEGMENTS):
            one = read_templates()[number % len(read_templates())]
            words = {name: one.get(name, []) for name in ("keywords", "projects", "software")}
            session.add(Segment(foundation_id=owner, slug=f"s{number}", name=f"S {number}",
                                short_name=f"S {number}", **words))  # fmt: skip
    return owner


def send(port: int, ground: Ground, events: int) -> float:
    """Send a file of so many events; return the seconds until the answer."""
    with closing(Browser(port, ground.staff)) as browser:
        browser.meet("/import")
        begun = time.perf_counter()
        answer = browser.send_file("/import/file", made_events(events))
    if answer.status != 303:
        raise RuntimeError(f"the file was answered {answer.status}")
    return time.perf_counter() - begun


def wait_for(engine: Engine) -> dict[str, float]:
    """Wait until the import and its matches are done; return the seconds that each took."""
    begun, took = time.perf_counter(), {}
    questions = {
        "import": select(ImportBatch.id).where(ImportBatch.state != "done"),
        "matches": select(Segment.id).where(Segment.stale.is_not(None)),
    }
    for what, question in questions.items():
        while time.perf_counter() - begun < SECONDS_TO_END:
            with make_sessions(engine, writes=False)() as session:
                if session.scalar(question.limit(1)) is None:
                    break
            time.sleep(0.2)
        took[what] = time.perf_counter() - begun
    return took


def count_seen(engine: Engine, owner: int) -> tuple[int, int, int]:
    """Count what everybody sees of an import: events, their sources, lines of the history."""
    with make_sessions(engine, writes=False)() as session:
        mine = (AuditEntry.act == "imported", AuditEntry.foundation_id == owner)
        seen = Event.foundation_id == owner
        return (
            session.scalar(select(func.count(EventSource.id)).join(Event).where(seen)) or 0,
            session.scalar(select(func.count(Event.id)).where(seen)) or 0,
            session.scalar(select(func.count(AuditEntry.id)).where(*mine)) or 0,
        )


def left_over(engine: Engine, owner: int) -> list[str]:
    """Return what an import left that belongs to nobody."""
    with make_sessions(engine, writes=False)() as session:
        counts = [
            session.scalar(select(func.count()).select_from(one).where(one.foundation_id != owner))
            for one in (Event, Series)
        ]
        foundations = session.scalar(select(func.count(Foundation.id))) or 0
    is_clean = not any(counts) and foundations == 1
    return [] if is_clean else [f"left over: {counts}, {foundations} foundations"]


def beside_crowd(events: int, people: int = 1_000) -> tuple[Beside, dict[str, float], list[str]]:
    """Import and take back beside the crowd; return what it saw, how long it took, what broke."""
    with laid(60, people, people) as (environment, engine, ground):
        owner, beside, ended = add_segments(engine, ground), Beside(), Signal()
        before = count_seen(engine, owner)[1]
        served = start_program(environment, "/healthz")
        threads = list(crowd(served.port, ground, ended, beside))
        try:
            for thread in threads:
                thread.start()
            took = {"answer": send(served.port, ground, events)}
            took |= wait_for(engine)
            seen = count_seen(engine, owner)
            take_back(served.port, ground, engine)
            took |= {f"{what}, back": seconds for what, seconds in wait_for(engine).items()}
            left = count_seen(engine, owner)
        finally:
            ended.set()
            for thread in threads:
                thread.join(60)
            served.stop()
        broken = [*beside.odd, *left_over(engine, owner)]
        if seen != (events, before + events, 1) or left != (0, before, 1):
            broken.append(f"{seen} were seen of {events}, then {left}")
    return beside, took, broken


def take_back(port: int, ground: Ground, engine: Engine) -> None:
    """Press the button that takes the import back."""
    with make_sessions(engine, writes=False)() as session:
        number = session.scalars(select(ImportBatch.id)).one()
    with closing(Browser(port, ground.staff)) as browser:
        browser.meet("/import")
        answer = browser.post(f"/history/{number}/take-back", {})
    if answer.status != 303:
        raise RuntimeError(f"the way back answered {answer.status}")


def killed(times: int, events: int, longest: float, seed: int = 4) -> list[str]:
    """Kill server and worker at some moment of an import, again and again; return what broke."""
    chance, broken, seen_after = random.Random(seed), list[str](), list[int]()
    with laid(10, 20, 20) as (environment, engine, ground):
        owner = add_segments(engine, ground)
        before = count_seen(engine, owner)[1]
        for _ in range(times):
            served = start_program(environment, "/healthz")
            send(served.port, ground, events)
            time.sleep(chance.uniform(0, longest))
            served.kill()
            if not is_sound(engine):
                broken.append("the file was unsound")
            seen = count_seen(engine, owner)
            seen_after.append(seen[0])
            if seen not in {(0, before, 0), (events, before + events, 1)}:
                broken.append(f"killed, {seen} were seen")
            forget_lease(engine)
            served = start_program(environment, "/healthz")
            wait_for(engine)
            served.stop()
            broken += left_over(engine, owner)
            if (seen := count_seen(engine, owner)) != (events, before + events, 1):
                broken.append(f"gone on with, {seen} were seen")
            forget(engine, owner, ground)
    print(f"killed {times} times in an import, then there were seen: {seen_after}")
    return broken


def forget_lease(engine: Engine) -> None:
    """Let the next worker go on at once."""
    with make_sessions(engine).begin() as session:
        session.execute(update(ImportBatch).values(claimed_until=None))


def forget(engine: Engine, owner: int, ground: Ground) -> None:
    """Remove the import and all traces of it."""
    with make_sessions(engine).begin() as session:
        mine = (Event.foundation_id == owner, Event.id != ground.event_id)
        session.execute(
            delete(Event).where(*mine), execution_options={"synchronize_session": False}
        )
        for model in (ImportBatch, Series):
            session.execute(delete(model))
        session.execute(delete(AuditEntry).where(AuditEntry.act == "imported"))


def print_beside(beside: Beside, took: dict[str, float], events: int) -> None:
    """Print what the crowd felt."""
    print(f"\n| {events:,} events beside {CLIENTS} clients | figure | to reach |")
    print("|---|---:|---:|")
    for what, share, most in (("list", 0.95, MOST_LIST), ("sign-up", 1.0, MOST_SIGN_UP)):
        times = beside.seconds[what]
        figure = percentile(times, share)
        word = "slowest" if share == 1 else "p95"
        met = "met" if figure <= most else "MISSED"
        print(f"| {what}, {word} of {len(times):,}, s | {figure:.2f} | {most:g} {met} |")
    for what, seconds in took.items():
        print(f"| {what}, s | {seconds:.1f} | |")
    print(f"| answers that should not be | {len(beside.odd)} | 0 |", flush=True)


def main(words: Sequence[str] | None = None) -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=0)
    asked = parser.parse_args(words)
    beside, took, broken = beside_crowd(asked.events)
    print_beside(beside, took, asked.events)
    if asked.kills:
        broken += killed(asked.kills, asked.events, took["import"] * 1.2)
    for line in broken[:20]:
        print(f"BROKEN {line}")
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
