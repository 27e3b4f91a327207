"""Tries to break sign-up over HTTP: a rush for the last places, a hall of newcomers behind one
address, and a server killed in the rush.

`make torture` runs it in full, the tests in a short form. It ends with an error where a promise
was broken: a shift oversold, an acknowledged sign-up lost, an answer of 5xx.
"""

import argparse
import random
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event as Signal
from threading import Lock, Thread

from sqlalchemy import Engine, func, select, text

from bench import churn
from bench.crowd import Answer, Browser, Ground, lay_ground, new_key, percentile
from bench.scratch import scratch
from bench.served import Served, start_program
from models import Shift, SignUp
from models.database import make_engine, make_sessions
from models.staffing import HOLDING
from outreach.staffing.signups.caps import SHARE_OF_NETWORK

CLIENTS = 32
SHARE_DOUBLED = 0.05
"""How many of the forms are sent twice at the same time."""
SHARE_REPLAYED = 0.02
"""How many are sent again later, as a browser does that goes back and on."""
SECONDS_TO_MEET = 120
"""How long clients wait for a server that is just coming back, and a kill for their answers."""

Place = tuple[int, int]
"""A shift and a person."""


@dataclass(frozen=True)
class Try:
    """One form that somebody sends; a newcomer has no token yet, and a number of their own."""

    shift: int
    person: int
    token: str
    key: str

    @property
    def fields(self) -> dict[str, str]:
        """Return what is filled in."""
        new = {"name": f"N{self.person} Comer", "contact": f"n{self.person}@example.org"}
        return {"form_key": self.key} | ({} if self.token else new)


@dataclass
class Outcome:
    """What came of it, counted under a lock by many threads."""

    said: Counter[str] = field(default_factory=Counter)
    kept: set[Place] = field(default_factory=set)
    """What the server acknowledged."""
    seconds: list[float] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    """Answers that should not be: the first few."""
    _lock: Lock = field(default_factory=Lock)

    @property
    def answered(self) -> int:
        """Return how many forms a server answered."""
        return self.said.total() - self.said["gone"]

    def note(self, one: Try, answer: Answer, seconds: float) -> None:
        """Count an answer."""
        word = _word_of(answer)
        with self._lock:
            self.said[word] += 1
            self.seconds.append(seconds)
            if word == "taken" and one.token:
                self.kept.add((one.shift, one.person))
            elif word.startswith("odd") and len(self.odd) < 5:
                self.odd.append(f"{word}: {answer.text[:300]!r}")


def _word_of(answer: Answer) -> str:
    if answer.status == 303:
        return "taken"
    if answer.status in {409, 422} and b"waiting list" in answer.text and b"full" in answer.text:
        return "full"
    if answer.status == 422 and b"Your network holds all that it may" in answer.text:
        return "held"
    return "gone" if answer.status == 0 else f"odd {answer.status}"


def tries_of(ground: Ground, count: int, seed: int) -> list[Try]:
    """Draw who tries for what, some twice at once and some again later."""
    chance = random.Random(seed)
    found: list[Try] = []
    while len(found) < count:
        if found and chance.random() < SHARE_REPLAYED:
            found.append(chance.choice(found))
            continue
        person, token = chance.choice(ground.people)
        one = Try(chance.choice(ground.shifts), person, token, new_key())
        found.extend([one] * (2 if chance.random() < SHARE_DOUBLED else 1))
    return found[:count]


def rush(port: int, ground: Ground, tries: Sequence[Try], clients: int = CLIENTS) -> Outcome:
    """Let so many clients send these forms as fast as they can."""
    outcome, left = Outcome(), deque(tries)
    threads = [
        Thread(target=_send, args=(port, ground, left, outcome), daemon=True)
        for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def _send(port: int, ground: Ground, left: deque[Try], outcome: Outcome) -> None:
    browser = _met(port, ground)
    while left:
        try:
            one = left.popleft()
        except IndexError:
            break
        if not one.token:  # each has a browser of their own
            browser.close()
            browser = _met(port, ground)
        begun = time.perf_counter()
        answer = browser.post(f"/s/{ground.code}/shifts/{one.shift}", one.fields, one.token)
        outcome.note(one, answer, time.perf_counter() - begun)
        if answer.status == 0:
            time.sleep(0.02)
            browser = _met(port, ground)
    browser.close()


def _met(port: int, ground: Ground) -> Browser:
    """Return a browser that has seen a form; it waits for a server that is just coming back."""
    until = time.perf_counter() + SECONDS_TO_MEET
    while time.perf_counter() < until:
        browser = Browser(port)
        if browser.meet(f"/s/{ground.code}/shifts/{ground.shifts[0]}"):
            return browser
        browser.close()
        time.sleep(0.05)
    raise RuntimeError("no page with a form came")


def broken_promises(engine: Engine, outcome: Outcome) -> list[str]:
    """Compare what is stored with what was said, and return every promise that was broken."""
    held = func.count(SignUp.id)
    with make_sessions(engine, writes=False)() as session:
        oversold = session.execute(
            select(Shift.id, Shift.max_people, held)
            .join(SignUp, SignUp.shift_id == Shift.id)
            .where(SignUp.state.in_(HOLDING))
            .group_by(Shift.id, Shift.max_people)
            .having(held > Shift.max_people)
        ).all()
        rows = select(SignUp.shift_id, SignUp.person_id).where(SignUp.state == "taken")
        stored = Counter((shift, person) for shift, person in session.execute(rows))
    broken = [f"shift {shift} holds {count} of {most}" for shift, most, count in oversold]
    broken += [f"{place} is there {count} times" for place, count in stored.items() if count > 1]
    broken += [f"{place} was acknowledged and is gone" for place in outcome.kept - set(stored)]
    broken += [f"an odd answer: {odd}" for odd in outcome.odd]
    return broken


def is_sound(engine: Engine) -> bool:
    """Ask SQLite to look at its file; PostgreSQL has checked its pages by checksum and log."""
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        return str(connection.scalar(text("PRAGMA integrity_check"))) == "ok"


@dataclass
class Kills:
    """What the killing of the server came to."""

    seconds_to_return: list[float] = field(default_factory=list)
    unsound: int = 0


class Killer:
    """Kills a server again and again at random moments, and starts it anew on the same port."""

    def __init__(self, environment: dict[str, str], engine: Engine, seed: int) -> None:
        self._environment, self._engine = environment, engine
        self._chance, self.kills = random.Random(seed), Kills()
        self.served = self._start()

    def _start(self) -> Served:
        return start_program(self._environment, "/healthz")

    def kill(self, times: int, outcome: Outcome, done: Signal) -> None:
        """Kill it so many times while it answers: a kill that hits nobody shows nothing."""
        for _ in range(times):
            before, until = outcome.answered, time.perf_counter() + SECONDS_TO_MEET
            while outcome.answered == before and time.perf_counter() < until:
                time.sleep(0.01)
            time.sleep(self._chance.uniform(0.0, 1.1))
            self.served.kill()
            self.kills.unsound += not is_sound(self._engine)
            self._environment["PORT"] = str(self.served.port)
            self.served = self._start()
            self.kills.seconds_to_return.append(self.served.seconds_to_first_page)
        done.set()


@contextmanager
def laid(shifts: int, people: int, places: int) -> Iterator[tuple[dict[str, str], Engine, Ground]]:
    """Give a database with a booth and its crowd, and the environment to serve it in."""
    with scratch("torture") as urls:
        key = secrets.token_urlsafe(32)
        engine = make_engine(urls["torture"])
        ground = lay_ground(engine, key, shifts, people, places)
        environment = {
            "DATABASE_URL": urls["torture"],
            "SECRET_KEY": key,
            "SIGN_UPS_PER_PLACE": "0",
        }
        try:
            yield environment, engine, ground
        finally:
            engine.dispose()


def last_places(tries: int, shifts: int = 500, people: int = 2000, seed: int = 1) -> list[str]:
    """Rush for one-place shifts; return the promises that were broken, and print what came."""
    with laid(shifts, people, 1) as (environment, engine, ground):
        served = start_program(environment, "/healthz")
        try:
            begun = time.perf_counter()
            outcome = rush(served.port, ground, tries_of(ground, tries, seed))
            took = time.perf_counter() - begun
        finally:
            served.stop()
        broken = broken_promises(engine, outcome)
        if len(outcome.kept) != shifts and tries >= 10 * shifts:
            broken.append(f"{shifts - len(outcome.kept)} shifts were left empty")
    p99 = percentile(outcome.seconds, 0.99)
    print(
        f"rush for {shifts} places: {dict(outcome.said)}, {tries / took:.0f}/s,"
        f" p99 {p99 * 1000:.0f} ms"
    )
    return broken


def hall(shifts: int = 60, places: int = 3) -> list[str]:
    """Let newcomers behind one address rush, before staff let a hall in and after."""
    room, taken, broken = shifts * places, 0, list[str]()
    with laid(shifts, 0, places) as (environment, engine, ground):
        tries = [
            Try(ground.shifts[number % shifts], number, "", new_key()) for number in range(2 * room)
        ]
        served = start_program(environment, "/healthz")
        try:
            for some, most, word in (
                (tries[:room], room // SHARE_OF_NETWORK, "held"),
                (tries[room:], room, "full"),
            ):
                outcome = rush(served.port, ground, some)
                print(f"a hall of {room} newcomers: {dict(outcome.said)}")
                taken += outcome.said["taken"]
                broken += broken_promises(engine, outcome)
                refused = room - outcome.said["taken"]
                if (taken, _count_taken(engine), outcome.said[word]) != (most, most, refused):
                    broken.append(f"{taken} of {most} places were taken by newcomers")
                _let_hall_in(served.port, ground)
        finally:
            served.stop()
    return broken


def _count_taken(engine: Engine) -> int:
    with make_sessions(engine, writes=False)() as session:
        return session.scalar(select(func.count()).where(SignUp.state == "taken")) or 0


def _let_hall_in(port: int, ground: Ground) -> None:
    """Press the button of staff that lifts the limit for networks."""
    desk, page = Browser(port, ground.staff), f"/events/{ground.event_id}/booth/newcomers"
    desk.meet(page)
    if desk.post(f"{page}/limit", {"holds": "no"}).status != 303:
        raise RuntimeError("the limit was not lifted")
    desk.close()


def churned(acts: int, shifts: int = 12, people: int = 40) -> list[str]:
    """Let everybody do everything at once at a few shifts; return what was broken."""
    with laid(shifts, people, 2) as (environment, engine, ground):
        served = start_program(environment, "/healthz")
        try:
            found = churn.storm(served.port, ground, engine, acts, CLIENTS)
        finally:
            served.stop()
        broken = [*churn.contradictions(engine), *found.wrong]
    print(f"{acts} acts: {dict(sorted(found.said.items()))}")
    return broken


def killed(times: int, shifts: int = 500, people: int = 2000, seed: int = 2) -> list[str]:
    """Rush for shifts with places for all while the server is killed; return what was broken."""
    with laid(shifts, people, people) as (environment, engine, ground):
        killer, done = Killer(environment, engine, seed), Signal()
        left, outcome = _endless(ground, done), Outcome()
        clients = [
            Thread(target=_send, args=(killer.served.port, ground, left, outcome), daemon=True)
            for _ in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        try:
            killer.kill(times, outcome, done)
            for client in clients:
                client.join(60)
        finally:
            killer.served.stop()
        broken = broken_promises(engine, outcome)
    kills = killer.kills
    slowest = max(kills.seconds_to_return, default=0.0)
    print(
        f"killed {times} times: {dict(outcome.said)}, back within {slowest:.1f} s,"
        f" {kills.unsound} times unsound"
    )
    if kills.unsound:
        broken.append(f"the file was unsound {kills.unsound} times")
    return broken


class _endless(deque[Try]):  # noqa: N801 - stands in for a function
    """Tries without an end until somebody says that it is done."""

    def __init__(self, ground: Ground, done: Signal) -> None:
        super().__init__()
        self._ground, self._done, self._chance = ground, done, random.Random(3)

    def __bool__(self) -> bool:
        return not self._done.is_set()

    def popleft(self) -> Try:
        """Draw one more."""
        person, token = self._chance.choice(self._ground.people)
        return Try(self._chance.choice(self._ground.shifts), person, token, new_key())


def main() -> None:
    """Run everything in full."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--tries", type=int, default=100_000)
    words.add_argument("--acts", type=int, default=20_000)
    words.add_argument("--kills", type=int, default=200)
    asked = words.parse_args()
    parts: tuple[Callable[[], list[str]], ...] = (
        partial(last_places, asked.tries),
        hall,
        partial(churned, asked.acts),
        partial(killed, asked.kills),
    )
    is_broken = False
    for part in parts:
        broken = part()
        is_broken |= bool(broken)
        print("\n".join(f"BROKEN {line}" for line in broken[:20]) or "nothing broken")
    raise SystemExit(is_broken)


if __name__ == "__main__":
    main()
