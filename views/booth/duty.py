"""Today at the booth: who is on, who comes, who goes; check-in by the lead or by a QR code."""

from datetime import datetime
from hmac import compare_digest

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Booth, Event, Person, SignUp
from outreach.accounts.history import Entry
from outreach.accounts.tokens import sign
from outreach.language import gettext as _
from outreach.staffing.booth.booths import say_off, zone_of
from outreach.staffing.cover.heard import hear_of_place
from outreach.staffing.roster.today import find_next_start, load_duty, own_shifts
from outreach.staffing.signups.attendance import check_in
from views.booth.booth_rows import booth_of, event_here, sign_up_of
from views.booth.briefs import draw_qr
from views.booth.covers import read_answer, say_heard
from views.mine.personal import not_theirs
from views.mine.public_booth import PublicBooth, stand_of
from views.web.act import Done, above, act, on_page
from views.web.guards import LEAD, PUBLIC, allow
from views.web.request import db, me, planning_now, real_now, site
from views.web.security import came_from

blueprint = Blueprint("duty", __name__)

CODE_LENGTH = 6
"""Of what the QR code proves for one day: too long to guess until then, drawn in few squares."""


def _words(name: str) -> dict[str, str]:
    """Return what is told to staff by what they noted of somebody."""
    return {
        "in": _("%(name)s is here.", name=name),
        "out": _("%(name)s has left.", name=name),
        "stay": _("%(name)s can stay on if nobody comes.", name=name),
        "go": _("%(name)s does not stay on.", name=name),
        "missed": _("%(name)s did not come.", name=name),
    }


def _own_words() -> dict[str, str]:
    """Return what is told to a volunteer by what they said of themselves."""
    return {
        "in": _("You are checked in."),
        "out": _("You are checked out. Thank you."),
        "stay": _("Noted: you can stay on if nobody comes."),
        "go": _("Noted: you do not stay on."),
    }


@blueprint.get("/events/<int:event_id>/today")
@allow(LEAD)
def today(event_id: int) -> str:
    """Show who is at the booth now, and what is next."""
    event = event_here(event_id)
    booth = booth_of(event)
    now = planning_now()
    duty = load_duty(db(), booth, now)
    return render_template(
        "duty/today.html",
        event=event,
        booth=booth,
        duty=duty,
        off=(off := say_off(db(), event)),
        begins=None if off or duty.on or duty.coming else find_next_start(db(), booth, now),
        zone=event.timezone,
        address=site() + url_for("duty.here_page", code=booth.code, at=_code_of(booth, event, now)),
        qr=draw_qr,
    )


@blueprint.post("/events/<int:event_id>/places/<int:sign_up_id>/note/<word>")
@allow(LEAD)
def note(event_id: int, sign_up_id: int, word: str) -> ResponseReturnValue:
    """Note that somebody has come, left, can stay on, or did not come."""
    event = event_here(event_id)
    sign_up = sign_up_of(event, sign_up_id)
    name = sign_up.person.first_name
    if word not in _words(name):
        abort(404)
    to = url_for("duty.today", event_id=event_id)
    return act(
        lambda: _note(sign_up, word, me(), planning_now()),
        lambda entry: Done(_say_noted(sign_up, word), to, entry),
        above(lambda: today(event_id)),
    )


def _say_noted(sign_up: SignUp, word: str) -> str:
    """Say what was noted of somebody, and of who came after all whether they are one too many."""
    said = _words(sign_up.person.first_name)[word]
    more = check_in.say_one_too_many(db(), sign_up) if word == "in" else ""
    return " ".join(filter(None, (said, more)))


@blueprint.post("/events/<int:event_id>/places/<int:sign_up_id>/says/<word>")
@allow(LEAD)
def heard(event_id: int, sign_up_id: int, word: str) -> ResponseReturnValue:
    """Do what somebody said of their place who was called."""
    event, says_yes = event_here(event_id), read_answer(word)
    sign_up = sign_up_of(event, sign_up_id)
    name, to = sign_up.person.first_name, _back_to(event)
    return act(
        lambda: hear_of_place(db(), sign_up, says_yes, me(), planning_now(), real_now()),
        lambda entry: Done(say_heard(name, says_yes), to, entry),
        on_page(to),
    )


def _back_to(event: Event) -> str:
    """Return where it was pressed: on the roster, or on the day."""
    pages = [url_for(page, event_id=event.id) for page in ("roster.show", "duty.today")]
    back = came_from()
    return back if back and back.partition("?")[0] in pages else pages[0]


@blueprint.get("/s/<code>/here")
@allow(PUBLIC)
def here_page(code: str) -> str:
    """Let a volunteer at the booth say that they are here; the address is on the QR code."""
    stand = stand_of(code)
    reader = stand.reader
    duty = load_duty(db(), stand.booth, stand.now)
    mine = own_shifts(duty, reader.id) if reader else []
    at = request.args.get("at") if _has_read_code(stand) else None
    return render_template("duty/here.html", stand=stand, mine=mine, now=stand.now, at=at)


@blueprint.post("/s/<code>/here/<int:sign_up_id>/<word>")
@allow(PUBLIC)
def say(code: str, sign_up_id: int, word: str) -> ResponseReturnValue:
    """Note what a volunteer says of themselves."""
    stand = stand_of(code)
    reader, sign_up = _own(stand, sign_up_id)
    if word not in _own_words():
        abort(404)
    to = url_for("duty.here_page", code=code)
    return act(
        lambda: _note(sign_up, word, reader, stand.now, _has_read_code(stand)),
        lambda entry: Done(_own_words()[word], to, entry),
        above(lambda: here_page(code)),
    )


def _code_of(booth: Booth, event: Event, now: datetime) -> str:
    """Return what only the QR code at the booth holds: it changes with the venue's day."""
    day = now.astimezone(zone_of(event)).date()
    code = sign(current_app.config["SECRET_KEY"], f"{booth.id}:{day}:at the booth")
    return code[:CODE_LENGTH]


def _has_read_code(stand: PublicBooth) -> bool:
    expected = _code_of(stand.booth, stand.event, stand.now)
    return compare_digest(expected.encode(), request.args.get("at", "").encode())


def _note(sign_up: SignUp, word: str, by: Person, now: datetime, read_code: bool = False) -> Entry:
    """Call the rule that a word of the address stands for."""
    session, real = db(), real_now()
    match word:
        case "in":
            return check_in.check_in(session, sign_up, by, now, real, read_code=read_code)
        case "out":
            return check_in.check_out(session, sign_up, by, now, real)
        case "missed":
            return check_in.miss(session, sign_up, by, now, real)
        case _:
            return check_in.stay_on(session, sign_up, by, now, real, says=word == "stay")


def _own(stand: PublicBooth, sign_up_id: int) -> tuple[Person, SignUp]:
    """Return whom the browser knows and their place at this booth, else answer 404."""
    reader = stand.reader or abort(404)
    sign_up = sign_up_of(stand.event, sign_up_id)
    if sign_up.person_id != reader.id:
        not_theirs("sign_up", sign_up_id)
    return reader, sign_up
