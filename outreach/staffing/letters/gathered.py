"""One letter to one person of all that became of their places at an event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Event, Message, Person, Shift, SignUp
from models.staffing import IS_TAKEN
from outreach.calendars import clock
from outreach.calendars.nights import day_of
from outreach.language import gettext as _
from outreach.messages.outbox import compose, harmless
from outreach.messages.written import Dropped, Written
from outreach.staffing.booth.booths import find_told_why, zone_of
from outreach.staffing.letters import sentences
from outreach.staffing.letters.calendar_part import calendar_of
from outreach.staffing.letters.own_entries import find_company, say_company
from outreach.staffing.letters.own_place import (
    NEWER,
    NOT_NEWS,
    ORDER,
    Known,
    News,
    find_news,
    load_known,
)
from outreach.staffing.letters.told_about import (
    Desk,
    ToldAbout,
    doubt,
    find_own_scenes,
    letter,
    notes_of,
    own_clock,
    own_link,
    say_chat,
    when_of,
    where,
)
from outreach.staffing.signups.waiting_list import queue_place

NO_MORE = "What it told of is no more."
UNWANTED = "The reader wants no such letters."
WITH_COMPANY = frozenset(["swap_done", "restored", "on_again", "put_back", "confirmed", "placed",
                          "reminder"])  # fmt: skip
WITH_NOTES = WITH_COMPANY | {"changed", "elsewhere"}


@dataclass(slots=True)
class Gathered:
    """What one letter is to tell, and which of the facts that wait it tells or leaves out."""

    news: list[News] = field(default_factory=list)
    told: dict[int, list[News]] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)


def write(
    session: Session,
    facts: Sequence[Message],
    reader: Person,
    real: datetime,
    desk: Desk,
    link: str,
) -> Written | Dropped:
    """Write one letter of all these facts about somebody's places at an event."""
    found = _gather(session, facts, reader, real, desk)
    if not found.news:
        return Dropped(next(iter(found.left_out.values()), NOT_NEWS.reason), found.left_out)
    found.news.sort(key=lambda one: (ORDER.index(one.kind), one.name, one.scene.shift.starts_at))
    scene = found.news[0].scene
    changed = [one for one in found.news if one.kind not in {"waiting", "offered", "reminder"}]
    rows = [one.scene.sign_up.id for one in changed if one.scene.sign_up is not None]
    told = {number: {"places": [one.told() for one in news]} for number, news in found.told.items()}
    return replace(
        _compose(found.news, scene),
        calendar=calendar_of(scene, rows, link) if rows else None,
        told=told,
        left_out=found.left_out,
    )


def _gather(
    session: Session, facts: Sequence[Message], reader: Person, real: datetime, desk: Desk
) -> Gathered:
    """Find out what is news: of each shift the newest fact tells what is true now."""
    found = Gathered()
    by_shift = _by_shift(session, facts, reader, found.left_out)
    scenes = find_own_scenes(session, facts[0], reader, list(by_shift), real, desk)
    known = load_known(session, reader) if by_shift else {}
    for shift_id, about in by_shift.items():
        scene = scenes.get(shift_id)
        news = find_news(scene, about, known.get(shift_id, Known(""))) if scene else NO_MORE
        for one in about[:-1]:
            found.left_out.setdefault(one.id, NEWER)
        newest = about[-1].id
        if isinstance(news, News):
            found.news.append(news)
            found.told.setdefault(newest, []).append(news)
            found.left_out.pop(newest, None)
        elif newest not in found.told:
            found.left_out.setdefault(newest, news)
    _remind(session, facts, reader, real, desk, found)
    return found


def _by_shift(
    session: Session, facts: Iterable[Message], reader: Person, unwanted: dict[int, str]
) -> dict[int, list[Message]]:
    """Sort the facts by the shift that they are about, the oldest first; a swap is about two."""
    found: dict[int, list[Message]] = {}
    for one in facts:
        is_stopped = reader.letters_stopped_at is not None
        if one.kind == "reminder":
            if is_stopped:
                unwanted[one.id] = UNWANTED
            continue
        if is_stopped and one.is_by_reader and not reader.has_shown_address:
            unwanted[one.id] = UNWANTED
            continue
        shifts = [one.facts.get("shift_id")]
        if one.kind == "swap_done" and (left := session.get(SignUp, one.facts.get("left_id", 0))):
            shifts.append(left.shift_id)
        for shift_id in shifts:
            if isinstance(shift_id, int):
                found.setdefault(shift_id, []).append(one)
            else:
                unwanted[one.id] = NO_MORE
    return found


def _remind(
    session: Session,
    facts: Sequence[Message],
    reader: Person,
    real: datetime,
    desk: Desk,
    found: Gathered,
) -> None:
    """Add a day's shifts that the letter does not tell of anyway, where it is to remind of them."""
    for one in facts:
        if one.kind != "reminder" or one.id in found.left_out:
            continue
        shifts = _shifts_of_day(session, one, reader)
        scenes = find_own_scenes(session, one, reader, shifts, real, desk)
        told = {news.scene.shift.id for news in found.news}
        news = [
            News("reminder", scene)
            for number, scene in scenes.items()
            if number not in told and scene.is_still("taken") and scene.now < scene.shift.starts_at
        ]
        if news:
            found.news += news
            found.told[one.id] = news
        else:
            found.left_out[one.id] = NOT_NEWS.reason


def _shifts_of_day(session: Session, message: Message, reader: Person) -> list[int]:
    """Return the reader's shifts on the venue's day that a reminder is of."""
    event = session.get(Event, message.facts.get("event_id", 0))
    if event is None:
        return []
    rows = session.execute(
        select(Shift.id, Shift.starts_at)
        .join(SignUp, SignUp.shift_id == Shift.id)
        .join(Booth, Booth.id == Shift.booth_id)
        .where(Booth.event_id == event.id, SignUp.person_id == reader.id, IS_TAKEN)
        .where(Shift.cancelled_at.is_(None))
    )
    day = date.fromisoformat(message.facts["day"])
    return [row.id for row in rows if day_of(row.starts_at, zone_of(event)) == day]


def _compose(news: Sequence[News], scene: ToldAbout) -> Written:
    """Say all of it: a paragraph of news for each kind, then where, what to do, whom to ask."""
    kinds = {one.kind: one for one in news}
    groups: dict[tuple[str, str], list[News]] = {}
    for one in news:
        groups.setdefault((one.kind, one.name), []).append(one)
    company = find_company(scene.session, scene.reader, [one.scene.shift.id for one in news])
    parts = [
        text
        for group in groups.values()
        for text in (_headline(group), _list(group, company, is_alone=len(news) == 1))
    ]
    first = min(news, key=lambda one: one.scene.shift.starts_at).scene
    is_proven = scene.reader.has_shown_address
    return letter(
        first,
        _title(news, kinds),
        *parts,
        where(scene, is_of_booth=True) if len(news) > 1 else "",
        _booth_note(news, scene),
        _chat(news, scene),
        _why(news),
        _("When a place comes free for you, we write and ask whether you still want it.")
        if "waiting" in kinds
        else "",
        own_link(sentences.say_what_link_is_for(kinds, is_proven)),
        doubt(scene.reader),
    )


def _title(news: Sequence[News], kinds: Mapping[str, News]) -> str:
    if len(kinds) > 1:
        return sentences.say_several_kinds()
    return sentences.TITLES[news[0].kind](len(news))


def _headline(group: Sequence[News]) -> str:
    first = group[0]
    by_name = sentences.SENTENCES[first.kind]
    say = by_name if first.name else sentences.NAMELESS.get(first.kind, by_name)
    return compose(
        say(len(group)),
        name=first.name,
        event=first.scene.event.name,
        soon_time=say_how_soon(first.scene),
    )


def _list(group: Sequence[News], company: Mapping[int, Sequence[str]], *, is_alone: bool) -> str:
    """Say each shift of a kind of news: one alone in paragraphs, several as a list."""
    if is_alone:
        [one] = group
        lines = _details(one, company.get(one.scene.shift.id, ()))
        return "\n\n".join([f"{when_of(one.scene)}\n{where(one.scene)}", *lines])
    items = []
    for one in group:
        lines = [when_of(one.scene), *_details(one, company.get(one.scene.shift.id, ()))]
        items.append("- " + "\n".join(lines).replace("\n", "\n  "))
    return "\n".join(items)


def _details(one: News, names: Sequence[str]) -> list[str]:
    """Say what else is to be known of one shift."""
    scene, found = one.scene, []
    if one.before:
        found.append(_("It was %(time)s before.",
                       time=clock.say_stretch(*one.before, scene.zone)))  # fmt: skip
    if one.kind == "waiting" and scene.sign_up is not None:
        place = clock.say_ordinal(queue_place(scene.session, scene.sign_up))
        found.append(_("You are %(place)s on the list.", place=place))
    if one.kind == "offered" and scene.sign_up is not None and scene.sign_up.offer_ends_at:
        found.append(say_until(scene.sign_up.offer_ends_at, scene.zone, scene.reader.timezone))
    if one.kind in WITH_COMPANY:
        found.append(say_company([harmless(name) for name in names]))
    if one.kind in WITH_NOTES:
        found += notes_of(scene.shift)
    return found


def say_until(ends_at: datetime, zone: ZoneInfo, own: str | None) -> str:
    """Say until when an offer stands, by both clocks."""
    until, home = clock.say_zoned_moment(ends_at, zone), own_clock(ends_at, zone, own)
    if home is None:
        return _("It is kept for you until %(time)s. After that the next person is asked.",
                 time=until)  # fmt: skip
    return _(
        "It is kept for you until %(time)s, by your clock %(own)s. After that the next person is"
        " asked.",
        time=until,
        own=clock.say_zoned_moment(ends_at, home),
    )


def _booth_note(news: Iterable[News], scene: ToldAbout) -> str:
    """Repeat what the coordinators wrote for the booth, to whoever comes to it."""
    is_of_use = scene.booth.note.strip() and _come(news)
    return compose("$note", note=scene.booth.note) if is_of_use else ""


def _chat(news: Iterable[News], scene: ToldAbout) -> str:
    """Say where the others talk, to whoever comes to the booth."""
    return say_chat(scene.booth, scene.reader) if _come(news) else ""


def _come(news: Iterable[News]) -> bool:
    return any(one.kind in WITH_NOTES for one in news)


def _why(news: Iterable[News]) -> str:
    """Repeat what staff wrote to those whose shifts do not take place."""
    found = []
    for one in news:
        if one.kind == "cancelled":
            found.append(one.scene.shift.told_why)
        elif one.kind == "called_off":
            found.append(find_told_why(one.scene.session, one.scene.event.id))
    said = (compose("$why", why=words) for words in dict.fromkeys(found) if words)
    return "\n".join(said)


def say_how_soon(scene: ToldAbout) -> str:
    """Say how soon the shift begins, by the venue's days: "tomorrow", "in 45 minutes"."""
    days = _day(scene, scene.shift.starts_at) - _day(scene, scene.now)
    return clock.say_how_soon(scene.shift.starts_at - scene.now, days)


def _day(scene: ToldAbout, instant: datetime) -> int:
    return instant.astimezone(scene.zone).date().toordinal()
