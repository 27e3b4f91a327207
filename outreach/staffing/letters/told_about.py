"""What a letter is about, as it is now: the rows it tells of, and the lines that many share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Message, Person, Shift, SignUp
from models.people import first_name_of
from models.staffing import IS_EXPECTED
from outreach.calendars.clock import say_list, say_moment, say_stretch
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import LINK_PLACE, Written
from outreach.staffing.booth.booths import is_called_off, zone_of

MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Desk:
    """Where letters are written: our address, the secret of personal links, who sends."""

    base_url: str
    key: str
    sender_address: str = ""


@dataclass(frozen=True, slots=True)
class ToldAbout:
    """A letter's reader, and the shift that it is about."""

    session: Session
    message: Message
    reader: Person
    foundation: Foundation
    event: Event
    booth: Booth
    shift: Shift
    sign_up: SignUp | None
    """The reader's own on this shift, or whose the letter tells."""
    is_called_off: bool
    """Whether staff decided that we do not go."""
    now: datetime
    """The instant that the foundation plans by."""
    desk: Desk

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.event)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing about the shift is news any more."""
        return self.now >= self.shift.ends_at

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the shift does not take place, or we do not go there at all."""
        return self.shift.cancelled_at is not None or self.is_called_off

    def is_still(self, state: str) -> bool:
        """Tell whether the sign-up is in this state, and the shift takes place and is not over."""
        is_so = self.sign_up is not None and self.sign_up.state == state
        return is_so and not self.is_cancelled and not self.is_over


_ABOUT_SHIFT = (
    select(Shift, Booth, Event, Foundation)
    .join(Booth, Booth.id == Shift.booth_id)
    .join(Event, Event.id == Booth.event_id)
    .join(Foundation, Foundation.id == Event.foundation_id)
)


def find_scene(
    session: Session,
    message: Message,
    reader: Person,
    real: datetime,
    desk: Desk,
    shift_id: int | None = None,
) -> ToldAbout | None:
    """Return what a letter about a shift is about, unless its shift is gone."""
    facts = message.facts
    sign_up = session.get(SignUp, facts["sign_up_id"]) if "sign_up_id" in facts else None
    wanted = shift_id or facts.get("shift_id") or (sign_up.shift_id if sign_up else None)
    if not isinstance(wanted, int):
        return None
    row = session.execute(_ABOUT_SHIFT.where(Shift.id == wanted)).one_or_none()
    if row is None or row[3].id != message.foundation_id:
        return None
    shift, booth, event, foundation = row[0], row[1], row[2], row[3]
    if sign_up is None and "sign_up_id" not in facts:
        sign_up = session.scalar(
            select(SignUp).where(SignUp.shift_id == shift.id, SignUp.person_id == reader.id)
        )
    return ToldAbout(
        session, message, reader, foundation, event, booth, shift, sign_up,
        is_called_off(session, event.id), foundation.now(real), desk,
    )  # fmt: skip


def page(reader: Person, foundation: Foundation, *paragraphs: str) -> str:
    """Greet the reader, say the paragraphs that are there, and end with whose letter it is."""
    hello = compose(_("Hello $name,"), name=reader.first_name)
    whose = compose("$foundation", foundation=foundation.name)
    return "\n\n".join(text for text in (hello, *paragraphs, whose) if text) + "\n"


def letter(
    scene: ToldAbout, title: str, *paragraphs: str, shift: Shift | None = None, **names: str
) -> Written:
    """Write a letter; `title` names $start_time first, and may name $event and `names`."""
    start = say_moment((shift or scene.shift).starts_at, scene.zone)
    subject = compose(title, start_time=start, event=scene.event.name, **names)
    return Written(subject, page(scene.reader, scene.foundation, *paragraphs))


def when(starts: datetime, ends: datetime, zone: ZoneInfo, own: str | None) -> str:
    """Say a time by the venue's clock, and below by the reader's where that differs."""
    line = f"{say_stretch(starts, ends, zone)} ({zone.key})"
    if not own or own == zone.key:
        return line
    home = ZoneInfo(own)
    if home.utcoffset(starts) == zone.utcoffset(starts):
        return line
    own_line = f"{say_stretch(starts, ends, home)} ({home.key})"
    return _("%(line)s\nby your clock %(own)s", line=line, own=own_line)


def about(scene: ToldAbout, shift: Shift | None = None) -> str:
    """Say when and where a shift is."""
    shift = shift or scene.shift
    place = [scene.event.name, scene.event.city or "", scene.booth.label]
    return "\n".join(
        [
            when(shift.starts_at, shift.ends_at, scene.zone, scene.reader.timezone),
            compose("$place", place=", ".join(part for part in place if part)),
        ]
    )


def company(scene: ToldAbout) -> str:
    """Say who else is on the shift: first names, never more."""
    others = scene.session.scalars(
        select(Person.name)
        .join(SignUp, SignUp.person_id == Person.id)
        .where(SignUp.shift_id == scene.shift.id, IS_EXPECTED)
        .where(SignUp.person_id != scene.reader.id)
        .order_by(SignUp.id)
        .limit(MOST_NAMES + 1)
    )
    names = [first_name_of(name) for name in others]
    if not names:
        return _("Nobody else is on it yet.")
    shown = [*names[:MOST_NAMES], *([_("others")] if len(names) > MOST_NAMES else [])]
    return compose(_("With you: $names."), names=say_list(shown))


def notes(scene: ToldAbout) -> str:
    """Repeat what the coordinators wrote for this shift and this booth."""
    written = [note for note in (scene.shift.note, scene.booth.note) if note.strip()]
    return "\n".join(compose("$note", note=note) for note in written)


def own_link(words: str = "") -> str:
    """Name the personal link, and what it is for."""
    return f"{words or _('Your shifts, and how to give one up:')}\n{LINK_PLACE}"


def doubt(reader: Person) -> str:
    """Tell somebody whose address this may not be what to do."""
    if reader.has_shown_address:
        return ""
    return _(
        "Somebody gave this address when signing up. If it was not you, say so behind the link of "
        "the letter that asks whose it is, or do nothing: the letters end by themselves."
    )


def told(shift: Shift) -> dict[str, Any]:
    """Return what a letter that is sent now tells of the shift."""
    times = {"starts_at": shift.starts_at.isoformat(), "ends_at": shift.ends_at.isoformat()}
    return {"shift_id": shift.id, **times}
