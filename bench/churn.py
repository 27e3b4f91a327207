"""Lets a crowd do everything at once at a few shifts: take, wait, leave, swap, shrink, cancel.

After each storm the rows must tell one story: no shift holds more than it ever took, nobody waits
where a place is free, the queue has an order, and nobody is left on a shift that is cancelled.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from threading import Lock, Thread

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session, sessionmaker

from bench.crowd import Browser, Ground, new_key
from models import Shift, SignUp, Swap
from models.database import make_sessions
from models.staffing import HOLDING

MOST_PLACES = 3
"""The most that staff ever set a shift to."""

_FIELD = re.compile(r"<input[^>]*>|<textarea.*?</textarea>|<select.*?</select>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


@dataclass
class Storm:
    """What was answered, counted under a lock by many threads."""

    said: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """Answers of 5xx and hang-ups: the first few."""
    _lock: Lock = field(default_factory=Lock)

    def note(self, act: str, status: int, text: bytes) -> None:
        """Count an answer."""
        with self._lock:
            self.said[f"{act} {status}"] += 1
            if (status == 0 or status >= 500) and len(self.wrong) < 5:
                self.wrong.append(f"{act}: {status} {text[:200]!r}")


class Hand:
    """One client: a phone that lends itself to everybody, and a browser of staff."""

    def __init__(
        self, port: int, ground: Ground, reading: sessionmaker[Session], seed: int
    ) -> None:
        self._ground, self._reading = ground, reading
        self._chance = random.Random(seed)
        self._phone, self._desk = Browser(port), Browser(port, ground.staff)
        self._phone.meet(f"/s/{ground.code}/shifts/{ground.shifts[0]}")
        self._desk.meet(self._edit_path(ground.shifts[0]))
        self._acts: Mapping[Callable[[], tuple[int, bytes]], int] = {
            self.take: 40, self.wait: 15, self.leave: 20, self.answer: 10,
            self.offer_swap: 6, self.answer_swap: 6, self.resize: 4, self.cancel: 2,
            self.restore: 4,
        }  # fmt: skip

    def close(self) -> None:
        """Hang up."""
        self._phone.close()
        self._desk.close()

    def act(self, storm: Storm) -> None:
        """Do one thing by chance, and count what was said."""
        (act,) = self._chance.choices(list(self._acts), list(self._acts.values()))
        storm.note(act.__name__, *act())

    def take(self) -> tuple[int, bytes]:
        """Take a place."""
        return self._sign_up({})

    def wait(self) -> tuple[int, bytes]:
        """Join a waiting list."""
        return self._sign_up({"act": "wait"})

    def _sign_up(self, fields: dict[str, str]) -> tuple[int, bytes]:
        path = f"/s/{self._ground.code}/shifts/{self._shift()}"
        _, token = self._chance.choice(self._ground.people)
        return self._send(path, {"form_key": new_key(), **fields}, token)

    def leave(self) -> tuple[int, bytes]:
        """Withdraw somebody from where they stand or wait."""
        return self._own(("taken", "offered", "waiting"), "leave", {})

    def answer(self) -> tuple[int, bytes]:
        """Answer an offer of the waiting list."""
        return self._own(("offered",), "offer", {"says": self._chance.choice(("yes", "no"))})

    def _own(self, states: tuple[str, ...], word: str, fields: dict[str, str]) -> tuple[int, bytes]:
        row = self._row(select(SignUp.id, SignUp.person_id).where(SignUp.state.in_(states)))
        if row is None:
            return self.take()
        return self._send(f"/my/{self._token(row[1])}/shifts/{row[0]}/{word}", fields)

    def offer_swap(self) -> tuple[int, bytes]:
        """Ask somebody to swap."""
        taken = select(SignUp.id, SignUp.person_id).where(SignUp.state == "taken")
        mine, theirs = self._row(taken), self._row(taken)
        if mine is None or theirs is None:
            return self.take()
        return self._send(
            f"/my/{self._token(mine[1])}/shifts/{mine[0]}/swap", {"with": str(theirs[0])}
        )

    def answer_swap(self) -> tuple[int, bytes]:
        """Say yes or no to somebody who wants to swap."""
        offered = (
            select(Swap.id, SignUp.person_id)
            .join(SignUp, SignUp.id == Swap.theirs_id)
            .where(Swap.state == "offered")
        )
        row = self._row(offered)
        if row is None:
            return self.offer_swap()
        says = self._chance.choice(("yes", "yes", "no"))
        return self._send(f"/my/{self._token(row[1])}/swaps/{row[0]}", {"says": says})

    def resize(self) -> tuple[int, bytes]:
        """Let staff give a shift more places or fewer."""
        path = self._edit_path(self._shift())
        fields = _fields_of(self._desk.get(path))
        places = str(self._chance.randint(1, MOST_PLACES))
        return self._send(path, {**fields, "min_people": "1", "max_people": places}, staff=True)

    def cancel(self) -> tuple[int, bytes]:
        """Let staff cancel a shift."""
        return self._send(self._edit_path(self._shift(), "cancel"), {}, staff=True)

    def restore(self) -> tuple[int, bytes]:
        """Let staff bring a cancelled shift back."""
        row = self._row(select(Shift.id, Shift.booth_id).where(Shift.cancelled_at.is_not(None)))
        shift = row[0] if row else self._shift()
        return self._send(self._edit_path(shift, "restore"), {}, staff=True)

    def _shift(self) -> int:
        return self._chance.choice(self._ground.shifts)

    def _edit_path(self, shift: int, word: str = "edit") -> str:
        return f"/events/{self._ground.event_id}/shifts/{shift}/{word}"

    def _token(self, person: int) -> str:
        return self._ground.token_of(person)

    def _row(self, statement: Select[int, int]) -> tuple[int, int] | None:
        with self._reading() as session:
            rows = session.execute(statement).all()
        return self._chance.choice(rows) if rows else None

    def _send(
        self, path: str, fields: dict[str, str], token: str = "", *, staff: bool = False
    ) -> tuple[int, bytes]:
        browser = self._desk if staff else self._phone
        answer = browser.post(path, fields, token)
        return answer.status, answer.text


def _fields_of(page: bytes) -> dict[str, str]:
    """Read what the fields of a page's form hold; the ticked and the chosen ones."""
    found = {}
    for control in _FIELD.findall(page.decode()):
        named = dict(_ATTRIBUTE.findall(control.partition(">")[0]))
        if not named.get("name") or named["name"] == "csrf_token":
            continue
        if control.startswith("<textarea"):
            value = control.partition(">")[2].removesuffix("</textarea>").strip("\r\n")
        elif control.startswith("<select"):
            chosen = re.search(r'<option selected[^>]*value="([^"]*)"', control)
            value = chosen[1] if chosen else ""
        elif named.get("type") in {"checkbox", "radio"} and " checked" not in control:
            continue
        else:
            value = named.get("value", "")
        found[named["name"]] = unescape(value)
    return found


def storm(port: int, ground: Ground, engine: Engine, acts: int, clients: int) -> Storm:
    """Let so many clients do so many acts."""
    found, reading = Storm(), make_sessions(engine, writes=False)

    def work(seed: int) -> None:
        hand = Hand(port, ground, reading, seed)
        for _ in range(acts // clients):
            hand.act(found)
        hand.close()

    threads = [Thread(target=work, args=(seed,), daemon=True) for seed in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def contradictions(engine: Engine) -> list[str]:
    """Return what the rows tell that cannot be."""
    with make_sessions(engine, writes=False)() as session:
        held = dict(session.execute(_counted(HOLDING)).all())
        waiting = dict(session.execute(_counted(("waiting",))).all())
        found = []
        for shift in session.scalars(select(Shift)):
            there, behind = held.get(shift.id, 0), waiting.get(shift.id, 0)
            if there > MOST_PLACES:
                found.append(f"shift {shift.id} holds {there}")
            if shift.cancelled_at and there + behind:
                found.append(f"shift {shift.id} is cancelled and holds {there + behind}")
            if not shift.cancelled_at and behind and there < shift.max_people:
                found.append(f"{behind} wait for shift {shift.id} where a place is free")
        twice = (
            select(SignUp.shift_id, SignUp.queue_no)
            .where(SignUp.state == "waiting")
            .group_by(SignUp.shift_id, SignUp.queue_no)
            .having(func.count() > 1)
        )
        found += [f"two are number {number} of {shift}" for shift, number in session.execute(twice)]
    return found


def _counted(states: tuple[str, ...]) -> Select[int, int]:
    return (
        select(SignUp.shift_id, func.count())
        .where(SignUp.state.in_(states))
        .group_by(SignUp.shift_id)
    )
