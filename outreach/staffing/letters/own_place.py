"""Letters about one's own place: had, changed, gone, waited for, offered, near."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from models import Message, Person
from outreach.calendars import clock
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import Dropped, Written
from outreach.staffing.booth.booths import find_told_why
from outreach.staffing.letters.calendar_part import calendar_of
from outreach.staffing.letters.told_about import (
    ToldAbout,
    about,
    company,
    doubt,
    letter,
    notes,
    own_link,
    told,
)
from outreach.staffing.signups.waiting_list import queue_place

NOT_NEWS = Dropped("It is not true any more.")
TOO_LATE = Dropped("It came too late to be of use.")
DAY_AT_LEAST = timedelta(hours=2)
"""A reminder of the day before is of no use nearer to the shift than this."""

Letter = Callable[[ToldAbout], Written | Dropped]


def confirmed(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody who took a place that they have it."""
    title = _("$start_time: you are at the booth of $event")
    return _has_place(scene, title, _("you have this shift:"))


def placed(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody whom staff put on a shift."""
    by = scene.sign_up.placed_by_id if scene.sign_up is not None else None
    placer = scene.session.get(Person, by) if by else None
    line = _("We put you on this shift:")
    if placer:
        line = compose(_("$name put you on this shift:"), name=placer.first_name)
    ask = _("Please tell us on this page that you come, or that you cannot:")
    return _has_place(scene, _("$start_time: you are put on the booth of $event"), line, ask)


def _has_place(scene: ToldAbout, title: str, line: str, link: str = "") -> Written | Dropped:
    if not scene.is_still("taken"):
        return NOT_NEWS
    return _for_calendar(
        scene, title, line, about(scene), company(scene), notes(scene), own_link(link),
        doubt(scene.reader),
    )  # fmt: skip


def changed(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody on a shift, or who is offered it, that it has another time."""
    if scene.sign_up is not None and scene.sign_up.state == "offered":
        return offered(scene)
    if not scene.is_still("taken"):
        return NOT_NEWS
    known = find_told(scene)
    if known == (scene.shift.starts_at, scene.shift.ends_at):
        return Dropped("The shift is again as the reader knows it.")
    before = ""
    if known:
        before = _("It was %(time)s before.", time=clock.say_stretch(*known, scene.zone))
    return _for_calendar(
        scene,
        _("$start_time: the new time of your shift at $event"),
        _("your shift has a new time:"),
        about(scene),
        before,
        notes(scene),
        own_link(_("If you cannot come then, give it up here, that we find somebody else:")),
    )


def cancelled(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody that their shift does not take place."""
    if not scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    line = _("this shift does not take place, so you need not come:")
    other = _("Your other shifts, and what else can be taken:")
    return _gone(
        scene, _("$start_time: your shift at $event is cancelled"), line, other, why(scene)
    )


def removed(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody that they are off a shift: by staff, or because somebody took over."""
    if not scene.is_still("removed"):
        return NOT_NEWS
    line = _("you are off this shift, so you need not come:")
    return _gone(scene, _("$start_time: you are off the booth of $event"), line)


def lapsed(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody who never said whose the address is that their place is free again."""
    if not scene.is_still("removed"):
        return NOT_NEWS
    line = _(
        "nobody has confirmed this address for three days, so this shift is free for others again:"
    )
    again = _("If you still want to come, take it again:")
    return _gone(scene, _("$start_time: your place at $event is free again"), line, again)


def left(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody who withdrew that they are off, and their calendar too."""
    if not scene.is_still("left"):
        return NOT_NEWS
    if find_told(scene) is None:
        return Dropped("The reader was never told that they had it.")
    line = _("you gave up this shift. Thank you for saying so.")
    return _gone(scene, _("$start_time: you gave up your shift at $event"), line)


def why(scene: ToldAbout) -> str:
    """Repeat what staff wrote to those whose shift does not take place."""
    words = scene.shift.told_why
    if scene.is_called_off:
        words = find_told_why(scene.session, scene.event.id)
    return compose("$why", why=words) if words else ""


def _gone(scene: ToldAbout, title: str, line: str, link: str = "", besides: str = "") -> Written:
    return _for_calendar(
        scene, title, line, about(scene), besides, own_link(link or _("Your other shifts:"))
    )


def waiting(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody which place they have in the queue."""
    if scene.sign_up is None or not scene.is_still("waiting"):
        return NOT_NEWS
    place = clock.say_ordinal(queue_place(scene.session, scene.sign_up))
    return _written(
        scene,
        _("$start_time: you wait for a place at $event"),
        _("this shift is full. You are %(place)s on its waiting list:", place=place),
        about(scene),
        _("When a place comes free for you, we write and ask whether you still want it."),
        own_link(_("To leave the waiting list:")),
        doubt(scene.reader),
    )


def offered(scene: ToldAbout) -> Written | Dropped:
    """Ask somebody who waited whether they take the free place."""
    ends_at = scene.sign_up.offer_ends_at if scene.sign_up is not None else None
    if ends_at is None or ends_at <= scene.now or not scene.is_still("offered"):
        return NOT_NEWS
    until = clock.say_zoned_moment(ends_at, scene.zone)
    return _written(
        scene,
        _("$start_time: a place at $event is free for you"),
        _("a place has come free for you:"),
        about(scene),
        _("It is kept for you until %(time)s. After that the next person is asked.", time=until),
        own_link(_("Say yes or no here:")),
        doubt(scene.reader),
    )


def passed(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody that the place offered to them went to the next."""
    if not scene.is_still("passed"):
        return NOT_NEWS
    return _written(
        scene,
        _("$start_time: the place at $event is passed on"),
        _("the place that was kept for you is passed on, and you do not wait for it any more:"),
        about(scene),
        own_link(_("What else can be taken:")),
    )


def reminder_day(scene: ToldAbout) -> Written | Dropped:
    """Remind somebody about a day before."""
    if not _is_as_reminded(scene):
        return NOT_NEWS
    if scene.shift.starts_at - scene.now < DAY_AT_LEAST:
        return TOO_LATE
    return _reminder(scene)


def reminder_hour(scene: ToldAbout) -> Written | Dropped:
    """Remind somebody about an hour before."""
    if not _is_as_reminded(scene):
        return NOT_NEWS
    return TOO_LATE if scene.shift.starts_at <= scene.now else _reminder(scene)


def _is_as_reminded(scene: ToldAbout) -> bool:
    """Tell whether the shift is still theirs and when it was; a moved one has its own reminder."""
    same = scene.message.facts.get("starts_at") == scene.shift.starts_at.isoformat()
    return same and scene.is_still("taken")


def _reminder(scene: ToldAbout) -> Written:
    return _written(
        scene,
        _("$start_time: your shift at $event"),
        _("your shift begins %(soon)s:", soon=say_how_soon(scene)),
        about(scene),
        company(scene),
        notes(scene),
        own_link(_("If you cannot come, please say so here at once:")),
    )


def say_how_soon(scene: ToldAbout) -> str:
    """Say how soon the shift begins, by the venue's days: "tomorrow", "in 45 minutes"."""
    days = _day(scene, scene.shift.starts_at) - _day(scene, scene.now)
    return clock.say_how_soon(scene.shift.starts_at - scene.now, days)


def _day(scene: ToldAbout, instant: datetime) -> int:
    return instant.astimezone(scene.zone).date().toordinal()


def find_told(scene: ToldAbout) -> tuple[datetime, datetime] | None:
    """Return the times of the shift that the newest letter sent to the reader told."""
    sent = scene.session.scalars(
        select(Message)
        .where(Message.person_id == scene.reader.id, Message.state == "sent")
        .where(Message.kind.in_(TELL_TIMES))
        .order_by(Message.sent_at.desc(), Message.id.desc())
    )
    for message in sent:
        facts = message.facts
        if facts.get("shift_id") == scene.shift.id and "starts_at" in facts and "ends_at" in facts:
            starts, ends = facts["starts_at"], facts["ends_at"]
            return datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    return None


TELL_TIMES = ("confirmed", "placed", "changed", "swap_done", "reminder_day", "reminder_hour")
"""Letters after which the reader knows when the shift is."""


def _written(scene: ToldAbout, title: str, *paragraphs: str) -> Written:
    return replace(letter(scene, title, *paragraphs), told=told(scene.shift))


def _for_calendar(scene: ToldAbout, title: str, *paragraphs: str) -> Written:
    return replace(_written(scene, title, *paragraphs), calendars=calendar_of(scene))


LETTERS: dict[str, Letter] = {
    "confirmed": confirmed,
    "placed": placed,
    "changed": changed,
    "cancelled": cancelled,
    "removed": removed,
    "lapsed": lapsed,
    "left": left,
    "waiting": waiting,
    "offered": offered,
    "passed": passed,
    "reminder_day": reminder_day,
    "reminder_hour": reminder_hour,
}
ABOUT_ONE_PLACE = frozenset(LETTERS) - {"reminder_day", "reminder_hour"}
"""Of these the newest about a shift tells all; older ones that still wait are dropped."""
