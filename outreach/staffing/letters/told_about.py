"""What a letter is about, as it is now: the rows it tells of, and the lines that many share."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Message, Person, Shift, SignUp
from outreach.calendars.clock import say_moment, say_stretch
from outreach.calendars.nights import say_night
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import LINK_PLACE, Written
from outreach.staffing.booth.booths import is_called_off, zone_of
from outreach.staffing.letters.answers import address_of, find_lead, say_whom_to_ask


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
    scene = find_own_scenes(session, message, reader, [wanted], real, desk).get(wanted)
    if scene is None or "sign_up_id" not in facts:
        return scene
    return replace(scene, sign_up=sign_up)


def find_own_scenes(
    session: Session,
    message: Message,
    reader: Person,
    shift_ids: Collection[int],
    real: datetime,
    desk: Desk,
) -> dict[int, ToldAbout]:
    """Return these shifts of one event as the reader has to do with them, those that are left."""
    rows = session.execute(_ABOUT_SHIFT.where(Shift.id.in_(shift_ids))).all()
    ours = [row for row in rows if row[3].id == message.foundation_id]
    if not ours:
        return {}
    mine = select(SignUp).where(SignUp.shift_id.in_(shift_ids), SignUp.person_id == reader.id)
    sign_ups = {one.shift_id: one for one in session.scalars(mine)}
    off = {number: is_called_off(session, number) for number in {row[2].id for row in ours}}
    now = ours[0][3].now(real)
    return {
        shift.id: ToldAbout(
            session, message, reader, foundation, event, booth, shift, sign_ups.get(shift.id),
            off[event.id], now, desk,
        )
        for shift, booth, event, foundation in ours
    }  # fmt: skip


def page(reader: Person, foundation: Foundation, *paragraphs: str) -> str:
    """Greet the reader, say the paragraphs that are there, and end with whose letter it is."""
    hello = compose(_("Hello $name,"), name=reader.first_name)
    whose = compose("$foundation", foundation=foundation.name)
    return "\n\n".join(text for text in (hello, *paragraphs, whose) if text) + "\n"


def letter(
    scene: ToldAbout, title: str, *paragraphs: str, shift: Shift | None = None, **names: str
) -> Written:
    """Write a letter; `title` names $start_time first, and may name $event and `names`.

    It says who reads an answer, and whom to call.
    """
    starts = (shift or scene.shift).starts_at
    lead = find_lead(scene.session, scene.event, scene.reader)
    asks = say_whom_to_ask(lead, scene.reader, starts, scene.now)
    subject = title_of(scene, title, shift, **names)
    body = page(scene.reader, scene.foundation, *paragraphs, asks)
    return Written(subject, body, reply_to=address_of(lead))


def title_of(scene: ToldAbout, title: str, shift: Shift | None = None, **names: str) -> str:
    """Say a subject that names $start_time, and may name $event and `names`."""
    start = say_moment((shift or scene.shift).starts_at, scene.zone)
    return compose(title, start_time=start, event=scene.event.name, **names)


def when(starts: datetime, ends: datetime, zone: ZoneInfo, own: str | None) -> str:
    """Say a time by the venue's clock, and below by the reader's where that differs."""
    line = f"{say_stretch(starts, ends, zone)} ({zone.key})"
    if night := say_night(starts, zone):
        line += "\n" + _("That is %(night)s.", night=night)
    home = own_clock(starts, zone, own)
    if home is None:
        return line
    own_line = f"{say_stretch(starts, ends, home)} ({home.key})"
    return _("%(line)s\nby your clock %(own)s", line=line, own=own_line)


def own_clock(instant: datetime, zone: ZoneInfo, own: str | None) -> ZoneInfo | None:
    """Return the reader's zone, where its clock shows another time than the venue's."""
    if not own or own == zone.key:
        return None
    home = ZoneInfo(own)
    return None if home.utcoffset(instant) == zone.utcoffset(instant) else home


def about(scene: ToldAbout, shift: Shift | None = None) -> str:
    """Say when and where a shift is."""
    return f"{when_of(scene, shift)}\n{where(scene)}"


def when_of(scene: ToldAbout, shift: Shift | None = None) -> str:
    """Say when a shift is, by both clocks."""
    shift = shift or scene.shift
    return when(shift.starts_at, shift.ends_at, scene.zone, scene.reader.timezone)


def place_of(scene: ToldAbout) -> str:
    """Return where the shift is: at the booth, if it has no place of its own."""
    return scene.booth.place_of(scene.shift.own_place)


def where(scene: ToldAbout, *, is_of_booth: bool = False) -> str:
    """Say where the shift is, else where the booth is."""
    own = scene.booth.label if is_of_booth else place_of(scene)
    place = [scene.event.name, scene.event.city or "", own]
    return compose("$place", place=", ".join(part for part in place if part))


def notes(scene: ToldAbout) -> str:
    """Repeat what the coordinators wrote for this shift and this booth."""
    lines = [*notes_of(scene.shift), compose("$note", note=scene.booth.note)]
    return "\n".join(filter(None, lines))


def notes_of(shift: Shift) -> list[str]:
    """Repeat what is said of a shift: its kind's words with the address of more, its own note."""
    said = compose("$said", said=shift.own_words or "")
    more = compose("$more_url", more_url=shift.own_url or "")
    return [line for line in (said, more, compose("$note", note=shift.note)) if line]


def say_chat(booth: Booth, reader: Person) -> str:
    """Say where the people of the booth talk, to whom it is known who they are."""
    if not booth.chat_url or not reader.is_known:
        return ""
    return compose(_("Talk to the others at the booth:") + "\n$chat_url", chat_url=booth.chat_url)


def own_link(words: str = "") -> str:
    """Name the personal link, and what it is for."""
    return f"{words or _('Your shifts, and how to give one up:')}\n{LINK_PLACE}"


def doubt(reader: Person) -> str:
    """Tell somebody whose address this may not be what to do."""
    if reader.has_shown_address:
        return ""
    return _(
        "If it was not you who signed up, say so on the same page: then nobody signs up there with"
        " your address any more."
    )
