"""Letters about one's own place: had, changed, gone, waited for, offered, near."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from models import Message, Person
from outreach.calendars import clock
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import Dropped, Written
from outreach.staffing.letters import told_about
from outreach.staffing.letters.calendar_part import calendar_of
from outreach.staffing.letters.told_about import ToldAbout
from outreach.staffing.signups.waiting_list import queue_place

NOT_NEWS = Dropped("It is not true any more.")
TOO_LATE = Dropped("It came too late to be of use.")
DAY_AT_LEAST = timedelta(hours=2)
"""A reminder of the day before is of no use nearer to the shift than this."""

Letter = Callable[[ToldAbout], Written | Dropped]


def confirmed(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody who took a place that they have it."""
    return _has_place(
        scene, _("$start_time: you are at the booth of $event"), _("you have this shift:")
    )


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
    if scene.state != "taken" or scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    body = told_about.page(
        told_about.hello(scene.reader),
        line,
        told_about.about(scene),
        told_about.company(scene),
        told_about.notes(scene),
        told_about.own_link(link),
        told_about.doubt(scene.reader),
        told_about.sign_off(scene.foundation),
    )
    return _written(scene, title, body, has_calendar=True)


def changed(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody on a shift, or who is offered it, that it has another time."""
    if scene.state == "offered":
        return offered(scene)
    if scene.state != "taken" or scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    known = find_told(scene)
    if known == (scene.shift.starts_at, scene.shift.ends_at):
        return Dropped("The shift is again as the reader knows it.")
    before = ""
    if known:
        before = _("It was %(time)s before.", time=clock.say_stretch(*known, scene.zone))
    body = told_about.page(
        told_about.hello(scene.reader),
        _("your shift has a new time:"),
        told_about.about(scene),
        before,
        told_about.notes(scene),
        told_about.own_link(
            _("If you cannot come then, give it up here, that we find somebody else:")
        ),
        told_about.sign_off(scene.foundation),
    )
    title = _("$start_time: the new time of your shift at $event")
    return _written(scene, title, body, has_calendar=True)


def cancelled(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody that their shift does not take place."""
    if not scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    line = _("this shift does not take place, so you need not come:")
    other = _("Your other shifts, and what else can be taken:")
    return _gone(scene, _("$start_time: your shift at $event is cancelled"), line, other)


def removed(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody that they are off a shift: by staff, or because somebody took over."""
    if scene.state != "removed" or scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    return _gone(
        scene,
        _("$start_time: you are off the booth of $event"),
        _("you are off this shift, so you need not come:"),
    )


def left(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody who withdrew that they are off, and their calendar too."""
    if scene.state != "left" or scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    if find_told(scene) is None:
        return Dropped("The reader was never told that they had it.")
    return _gone(
        scene,
        _("$start_time: you gave up your shift at $event"),
        _("you gave up this shift. Thank you for saying so."),
    )


def _gone(scene: ToldAbout, title: str, line: str, link: str = "") -> Written | Dropped:
    body = told_about.page(
        told_about.hello(scene.reader),
        line,
        told_about.about(scene),
        told_about.own_link(link or _("Your other shifts:")),
        told_about.sign_off(scene.foundation),
    )
    return _written(scene, title, body, has_calendar=True)


def waiting(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody which place they have in the queue."""
    if scene.state != "waiting" or scene.sign_up is None or scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    number = queue_place(scene.session, scene.sign_up)
    body = told_about.page(
        told_about.hello(scene.reader),
        _(
            "this shift is full. You are %(place)s on its waiting list:",
            place=clock.say_ordinal(number),
        ),
        told_about.about(scene),
        _("When a place comes free for you, we write and ask whether you still want it."),
        told_about.own_link(_("To leave the waiting list:")),
        told_about.doubt(scene.reader),
        told_about.sign_off(scene.foundation),
    )
    return _written(scene, _("$start_time: you wait for a place at $event"), body)


def offered(scene: ToldAbout) -> Written | Dropped:
    """Ask somebody who waited whether they take the free place."""
    ends_at = scene.sign_up.offer_ends_at if scene.sign_up is not None else None
    if scene.state != "offered" or ends_at is None or scene.is_cancelled or ends_at <= scene.now:
        return NOT_NEWS
    body = told_about.page(
        told_about.hello(scene.reader),
        _("a place has come free for you:"),
        told_about.about(scene),
        _(
            "It is kept for you until %(time)s. After that the next person is asked.",
            time=clock.say_zoned_moment(ends_at, scene.zone),
        ),
        told_about.own_link(_("Say yes or no here:")),
        told_about.doubt(scene.reader),
        told_about.sign_off(scene.foundation),
    )
    return _written(scene, _("$start_time: a place at $event is free for you"), body)


def passed(scene: ToldAbout) -> Written | Dropped:
    """Tell somebody that the place offered to them went to the next."""
    if scene.state != "passed" or scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    body = told_about.page(
        told_about.hello(scene.reader),
        _("the place that was kept for you is passed on, and you do not wait for it any more:"),
        told_about.about(scene),
        told_about.own_link(_("What else can be taken:")),
        told_about.sign_off(scene.foundation),
    )
    return _written(scene, _("$start_time: the place at $event is passed on"), body)


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
    return scene.state == "taken" and not scene.is_cancelled and same


def _reminder(scene: ToldAbout) -> Written:
    start = _("your shift begins %(soon)s:", soon=say_how_soon(scene))
    body = told_about.page(
        told_about.hello(scene.reader),
        start,
        told_about.about(scene),
        told_about.company(scene),
        told_about.notes(scene),
        told_about.own_link(_("If you cannot come, please say so here at once:")),
        told_about.sign_off(scene.foundation),
    )
    title = _("$start_time: your shift at $event")
    return _written(scene, title, body)


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
            return (
                datetime.fromisoformat(facts["starts_at"]),
                datetime.fromisoformat(facts["ends_at"]),
            )
    return None


TELL_TIMES = ("confirmed", "placed", "changed", "swap_done", "reminder_day", "reminder_hour")
"""Letters after which the reader knows when the shift is."""


def _written(scene: ToldAbout, title: str, body: str, *, has_calendar: bool = False) -> Written:
    return Written(
        told_about.subject(scene, title),
        body,
        calendars=calendar_of(scene) if has_calendar else (),
        told=told_about.told(scene),
    )


LETTERS: dict[str, Letter] = {
    "confirmed": confirmed,
    "placed": placed,
    "changed": changed,
    "cancelled": cancelled,
    "removed": removed,
    "left": left,
    "waiting": waiting,
    "offered": offered,
    "passed": passed,
    "reminder_day": reminder_day,
    "reminder_hour": reminder_hour,
}
ABOUT_ONE_PLACE = frozenset(LETTERS) - {"reminder_day", "reminder_hour"}
"""Of these the newest about a shift tells all; older ones that still wait are dropped."""
