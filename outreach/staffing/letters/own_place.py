"""What became of one's own place on a shift, and whether that is news to its reader."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message, Person
from outreach.messages.written import Dropped, Written
from outreach.staffing.letters.told_about import ToldAbout, place_of

NOT_NEWS = Dropped("It is not true any more.")
KNOWN_ALREADY = "The reader knows it as it is now."
NEVER_TOLD = "The reader was never told that they had it."
NEWER = "A newer letter tells it."

Letter = Callable[[ToldAbout], Written | Dropped]

HAVING = ("swap_done", "restored", "on_again", "put_back", "confirmed", "placed")
"""Kinds of news after which the reader has the shift, in the order of a letter."""
GONE = ("swapped_away", "taken_over", "left", "removed", "lapsed", "cancelled", "called_off",
        "passed")  # fmt: skip
"""Kinds of news after which they have it no more."""
ORDER = (*HAVING, "changed", "elsewhere", *GONE, "waiting", "offered", "reminder")
BACK = frozenset(["restored", "on_again", "put_back"])
STATES = {"taken": "taken", "offered": "offered", "waiting": "waiting"}


@dataclass(frozen=True, slots=True)
class Known:
    """What the newest letter that was sent told its reader of a shift."""

    state: str
    """As of a sign-up: taken, offered, waiting; else "gone", or "" where none told anything."""
    times: tuple[datetime, datetime] | None = None
    until: str | None = None
    """Until when an offer stood."""
    place: str | None = None
    """Where the shift was; None where the letter did not keep it."""


@dataclass(frozen=True, slots=True)
class News:
    """What one letter says of one shift."""

    kind: str
    scene: ToldAbout
    name: str = ""
    """The first name of who did it, or of the other of two who swapped."""
    before: tuple[datetime, datetime] | None = None
    """When the shift was before, where its time has changed."""

    def told(self) -> dict[str, Any]:
        """Return what is kept once it is told."""
        shift, row = self.scene.shift, self.scene.sign_up
        until = row.offer_ends_at if row is not None and self.kind == "offered" else None
        state = "gone" if self.kind in GONE else STATES.get(self.kind, "taken")
        return {
            "shift_id": shift.id,
            "state": state,
            "starts_at": shift.starts_at.isoformat(),
            "ends_at": shift.ends_at.isoformat(),
            "until": until.isoformat() if until else None,
            "place": place_of(self.scene),
        }


def load_known(session: Session, reader: Person) -> Mapping[int, Known]:
    """Return by shift what the letters to somebody have told so far."""
    sent = session.scalars(
        select(Message)
        .where(Message.person_id == reader.id, Message.state == "sent")
        .where(Message.kind.in_(TELLING))
        .order_by(Message.sent_at, Message.id)
    )
    return {told["shift_id"]: _known(told) for one in sent for told in _places_of(one)}


def _places_of(message: Message) -> Iterable[Mapping[str, Any]]:
    """Return what a letter told of each shift; one that was sent long ago by its kind."""
    facts = message.facts
    if "places" in facts:
        places: Iterable[Mapping[str, Any]] = facts["places"]
        return places
    state = "gone" if message.kind in GONE else STATES.get(message.kind, "taken")
    return [facts | {"state": state}] if isinstance(facts.get("shift_id"), int) else []


def _known(told: Mapping[str, Any]) -> Known:
    starts, ends = told.get("starts_at"), told.get("ends_at")
    times = (
        (datetime.fromisoformat(starts), datetime.fromisoformat(ends)) if starts and ends else None
    )
    return Known(told["state"], times, told.get("until"), told.get("place"))


def find_news(scene: ToldAbout, facts: Sequence[Message], known: Known) -> News | str:
    """Return what is news of a shift now, or why nothing is.

    `facts` are those about it that wait to be told, the oldest first: what counts is what is
    true, and what they say of how it came about.
    """
    if scene.is_over:
        return NOT_NEWS.reason
    row = scene.sign_up
    state = "gone" if row is None or scene.is_cancelled else STATES.get(row.state, "gone")
    if state == "taken":
        return _has(scene, facts, known)
    if state == "gone":
        return _is_gone(scene, facts, known)
    if state == "offered":
        return _is_offered(scene, known)
    is_new = known.state != "waiting" or known.times != _times(scene)
    return News("waiting", scene) if is_new else KNOWN_ALREADY


def _has(scene: ToldAbout, facts: Sequence[Message], known: Known) -> News | str:
    newest, now = facts[-1].kind, _times(scene)
    if known.state == "taken":
        if known.times != now:
            return News("changed", scene, before=known.times)
        is_moved = newest == "elsewhere" and known.place != place_of(scene)
        return News("elsewhere", scene) if is_moved else KNOWN_ALREADY
    seen = _seen(facts)
    if seen and seen != now:
        return News("changed", scene, before=seen)
    if newest == "changed" and known.state == "" and not seen:
        return News("changed", scene)
    if newest not in HAVING or (newest in BACK and known.state != "gone"):
        newest = "confirmed"
    if newest == "confirmed" and scene.sign_up and scene.sign_up.placed_by_id:
        newest = "placed"
    return News(newest, scene, _other_name(scene, facts[-1], newest))


def _is_gone(scene: ToldAbout, facts: Sequence[Message], known: Known) -> News | str:
    newest = facts[-1].kind
    if known.state == "gone":
        return KNOWN_ALREADY
    kind = newest if newest in GONE else _how_it_went(scene)
    if newest == "swap_done":
        kind = "swapped_away"
    if kind in {"cancelled", "called_off"} and not scene.is_cancelled:
        kind = _how_it_went(scene)
    if scene.is_cancelled:
        kind = "called_off" if scene.shift.cancelled_at is None else "cancelled"
    if known.state == "" and (kind == "left" or _was_just_put_there(facts)):
        return NEVER_TOLD
    return News(kind, scene, _other_name(scene, facts[-1], kind))


def _how_it_went(scene: ToldAbout) -> str:
    state = scene.sign_up.state if scene.sign_up is not None else "removed"
    return state if state in GONE else "removed"


def _is_offered(scene: ToldAbout, known: Known) -> News | str:
    ends_at = scene.sign_up.offer_ends_at if scene.sign_up is not None else None
    if ends_at is None or ends_at <= scene.now:
        return NOT_NEWS.reason
    same = known.state == "offered" and known.until == ends_at.isoformat()
    if same and known.times == _times(scene):
        return KNOWN_ALREADY
    return News("offered", scene)


def _seen(facts: Iterable[Message]) -> tuple[datetime, datetime] | None:
    """Return the times that the reader saw on the page when they took the shift."""
    mine = [one.facts for one in facts if one.is_by_reader and one.kind in HAVING]
    return _known(mine[-1] | {"state": "taken"}).times if mine else None


def _was_just_put_there(facts: Iterable[Message]) -> bool:
    """Tell whether others put the reader there, and no letter has told it."""
    put = (one for one in facts if one.kind in HAVING and one.kind != "swap_done")
    return any(not one.is_by_reader for one in put)


def _other_name(scene: ToldAbout, message: Message, kind: str) -> str:
    row = scene.sign_up
    if kind == "placed":
        other = row.placed_by_id if row is not None else None
    else:
        other = message.facts.get("who_id") if kind in {"taken_over", "swap_done"} else None
    person = scene.session.get(Person, other) if other else None
    return person.first_name if person else ""


def _times(scene: ToldAbout) -> tuple[datetime, datetime]:
    return scene.shift.starts_at, scene.shift.ends_at


TELLING: Collection[str] = (*HAVING, "changed", "elsewhere", *GONE, "waiting", "offered")
"""Kinds of letters after which their reader knows what they have."""
