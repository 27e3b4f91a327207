"""A booth with hundreds of shifts and a crowd of browsers in front of it."""

import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import cycle, islice
from urllib.parse import urlencode

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models import Booth, Decision, Event, Foundation, Person, Shift, SignUp
from models.database import make_sessions
from outreach.accounts.sign_in import open_session
from outreach.staffing.volunteers import personal_links
from views.mine.personal import COOKIE
from views.web.cookies import FORM_NAME, NAME

IDLE = 1.0
"""Seconds after which a browser opens a new connection: the server ends idle ones soon."""
QUARTER = timedelta(minutes=15)
FREE_OF_RULES = {
    "most_minutes_a_day": 1440,
    "most_in_a_row": 20,
    "lunch_minutes": 0,
    "needs_experience": False,
}
"""A double booking aside, a no means that a place is gone: these are the most that rules allow."""

SECRET = re.compile(rb'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Ground:
    """What the crowd stands in front of."""

    code: str
    event_id: int
    shifts: tuple[int, ...]
    people: tuple[tuple[int, str], ...]
    """Number and personal link of each."""
    staff: str
    """The token of a signed-in person of staff."""

    def token_of(self, person: int) -> str:
        """Return somebody's personal link."""
        return dict(self.people)[person]


def lay_ground(engine: Engine, key: str, shifts: int, people: int, places: int) -> Ground:
    """Lay a booth with so many shifts, one after the other, and people who have their links.

    Staff have accepted them, so that nothing of what strangers may hold is in their way.
    """
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    opening = now + timedelta(days=10)
    with make_sessions(engine).begin() as session:
        foundation = Foundation(slug="crowd", name="Crowd", created_at=now)
        session.add(foundation)
        session.flush()
        booth = _lay_booth(session, foundation.id, "Torture", opening, opening + shifts * QUARTER)
        booth.code, booth.rules = "tttttttt", FREE_OF_RULES
        session.add_all(
            Shift(
                booth_id=booth.id,
                starts_at=opening + number * QUARTER,
                ends_at=opening + (number + 1) * QUARTER,
                min_people=1,
                max_people=places,
                created_at=now,
            )
            for number in range(shifts)
        )
        crowd = [
            Person(
                foundation_id=foundation.id,
                name=f"P{number} Example",
                accepted_at=now,
                created_at=now,
            )
            for number in range(people)
        ]
        lead = Person(foundation_id=foundation.id, name="Lead", role="staff", created_at=now)
        session.add_all([*crowd, lead])
        session.flush()
        tokens = [(person.id, personal_links.issue(session, person, key, now)) for person in crowd]
        _, staff = open_session(session, lead, datetime.now(UTC), "torture")
        numbers = session.scalars(select(Shift.id).order_by(Shift.id)).all()
        return Ground(booth.code, booth.event_id, tuple(numbers), tuple(tokens), staff)


def _lay_booth(
    session: Session, foundation_id: int, name: str, first: datetime, last: datetime
) -> Booth:
    """Lay an event that we go to, with a booth that has no shifts yet."""
    now = datetime.now(UTC)
    event = Event(
        foundation_id=foundation_id,
        name=name,
        name_key=name.casefold(),
        starts_on=first.date(),
        ends_on=last.date(),
        timezone="UTC",
        created_at=now,
    )
    session.add(event)
    session.flush()
    decided = {"decided_on": now.date(), "recorded_at": now}
    session.add(Decision(event_id=event.id, state="go", **decided))
    booth = Booth(event_id=event.id, code="ffffffff")
    session.add(booth)
    session.flush()
    return booth


def lay_fair(engine: Engine, ground: Ground, days: int = 3, slots: int = 8) -> int:
    """Lay the booth of a fair of some days beside it, three people a slot; return its event."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    opening = now.replace(hour=9) + timedelta(days=40)
    with make_sessions(engine).begin() as session:
        known = session.get_one(Event, ground.event_id)
        last = opening + timedelta(days=days - 1)
        booth = _lay_booth(session, known.foundation_id, "Fair", opening, last)
        crowd = cycle(person for person, _ in ground.people[: 2 * slots])
        for number in range(days * slots):
            starts = opening + timedelta(days=number // slots, hours=number % slots)
            shift = Shift(
                booth_id=booth.id,
                starts_at=starts,
                ends_at=starts + timedelta(hours=1),
                created_at=now,
            )
            session.add(shift)
            session.flush()
            for person in islice(crowd, 3 if number % 5 else 1):
                stamps = {"confirmed_at": now, "created_at": now, "changed_at": now}
                session.add(SignUp(shift_id=shift.id, person_id=person, **stamps))
        return booth.event_id


@dataclass(frozen=True)
class Answer:
    """What the server said; status 0 where it hung up or is gone."""

    status: int
    text: bytes = b""


GONE = Answer(0)


class Browser:
    """One connection that is kept open, with the cookie and the secret of its forms."""

    def __init__(self, port: int, staff: str = "") -> None:
        self._line = HTTPConnection("127.0.0.1", port, timeout=30)
        self._staff, self._forms, self._secret = staff, "", ""
        self._used = 0.0

    def meet(self, path: str) -> bool:
        """Open a page with a form, for the secret that its forms carry."""
        answer = self._ask("GET", path, "", {})
        found = SECRET.search(answer.text)
        self._secret = found[1].decode() if found else ""
        return bool(found)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def get(self, path: str) -> bytes:
        """Open a page."""
        return self._ask("GET", path, "", {}).text

    def ask(self, path: str) -> Answer:
        """Open a page, and see how that went."""
        return self._ask("GET", path, "", {})

    def send_file(self, path: str, content: bytes) -> Answer:
        """Send a form with a file."""
        mark = secrets.token_hex(8)
        text = (
            f'--{mark}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self._secret}'
            f'\r\n--{mark}\r\nContent-Disposition: form-data; name="file"; filename="f.json"'
            f"\r\n\r\n{content.decode()}\r\n--{mark}--\r\n"
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return self._ask("POST", path, text, kind)

    def post(self, path: str, fields: dict[str, str], token: str = "") -> Answer:
        """Send a form as the person whose personal link the browser keeps."""
        body = urlencode({"csrf_token": self._secret, **fields})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, kind, token)

    def _ask(
        self, method: str, path: str, body: str, headers: dict[str, str], token: str = ""
    ) -> Answer:
        cookies = {FORM_NAME: self._forms, COOKIE: token, NAME: self._staff}
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items() if value)
        if time.monotonic() - self._used > IDLE:
            self._line.close()
        try:
            self._line.request(method, path, body, {**headers, "Cookie": sent})
            answer = self._line.getresponse()
            text = answer.read()
        except (HTTPException, OSError):
            self._line.close()
            return GONE
        self._used = time.monotonic()
        if not self._forms:
            given = answer.headers.get_all("Set-Cookie") or []
            self._forms = next((c for c in map(_forms_of, given) if c), "")
        return Answer(answer.status, text)


def _forms_of(cookie: str) -> str:
    name, _, value = cookie.partition(";")[0].partition("=")
    return value if name == FORM_NAME else ""


def new_key() -> str:
    """Return the key of a form, as a page makes one for each."""
    return secrets.token_urlsafe(32)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not pass; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
