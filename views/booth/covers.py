"""Cover: who can take this slot now? Staff ask, volunteers answer on a page of their own."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from models import Cover, Event, Person, Shift
from outreach.accounts.history import find_fresh
from outreach.calendars.clock import say_list, say_start
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.refusal import Refused
from outreach.staffing.booth.booths import say_off, zone_of
from outreach.staffing.cover.candidates import RankedCandidate
from outreach.staffing.cover.heard import hear_of_cover
from outreach.staffing.cover.questions import (
    answer_cover,
    close_cover,
    find_ask,
    open_cover,
    say_still_missing,
    still_missing,
)
from outreach.staffing.cover.whom_to_ask import (
    CoverQuestion,
    find_leaving,
    list_questions,
    load_contacts,
    rank_people,
)
from outreach.staffing.reach.rule import ReachFacts
from outreach.staffing.roster.load import count_places
from outreach.staffing.rules import NeedsReason
from views.booth.booth_rows import event_here, shift_of
from views.booth.booths import public_address
from views.mine import venue_words
from views.mine.personal import foundation_of, not_theirs, now_of, own_act, personal
from views.mine.sign_up_forms import said_all_right
from views.web.act import Done, above, act, on_page
from views.web.guards import LEAD, PUBLIC, allow
from views.web.request import db, load, me, planning_now, read_key, real_now

blueprint = Blueprint("covers", __name__)


@blueprint.get("/events/<int:event_id>/shifts/<int:shift_id>/cover")
@allow(LEAD)
def choose(event_id: int, shift_id: int) -> str:
    """Rank who could take the shift, with reasons; the first three are ticked."""
    event = event_here(event_id)
    return _choose_page(event, shift_of(event, shift_id))


@blueprint.post("/events/<int:event_id>/shifts/<int:shift_id>/cover")
@allow(LEAD)
def ask(event_id: int, shift_id: int) -> ResponseReturnValue:
    """Ask those who are ticked; the first yes has the place."""
    event = event_here(event_id)
    shift = shift_of(event, shift_id)
    ticked = _numbers("person")
    question = next(iter(_numbers("question")), None)
    people = [load(Person, number) for number in ticked]

    def open_question() -> Cover:
        leaving = find_leaving(db(), shift, question)
        why = {one.candidate.helper.id: one.said for one in _ranked(event, shift)[0]}
        return open_cover(db(), shift, ticked, me(), planning_now(), real_now(), leaving, why)

    def done(cover: Cover) -> Done:
        names = say_list([person.first_name for person in people])
        start = say_start(shift.starts_at, zone_of(event))
        return Done(
            _("Asked %(names)s. The first yes has %(start)s.", names=names, start=start),
            url_for("covers.choose", event_id=event_id, shift_id=shift_id),
            find_fresh(db()),
        )

    return act(open_question, done, above(lambda: choose(event_id, shift_id)))


@blueprint.post("/events/<int:event_id>/covers/<int:cover_id>/close")
@allow(LEAD)
def close(event_id: int, cover_id: int) -> ResponseReturnValue:
    """End a question; who was asked is told."""
    event = event_here(event_id)
    cover = db().get(Cover, cover_id) or abort(404)
    shift_id = shift_of(event, cover.shift_id).id
    to = url_for("covers.choose", event_id=event_id, shift_id=shift_id)
    said = _("Nobody is asked any more.")
    return act(
        lambda: close_cover(db(), cover, me(), planning_now(), real_now()),
        lambda done: Done(said, to, find_fresh(db())),
        on_page(to),
    )


@blueprint.post("/events/<int:event_id>/covers/<int:cover_id>/people/<int:person_id>/says/<word>")
@allow(LEAD)
def heard(event_id: int, cover_id: int, person_id: int, word: str) -> ResponseReturnValue:
    """Do what somebody said who was asked to take a place, and was called."""
    event, says_yes = event_here(event_id), read_answer(word)
    cover = db().get(Cover, cover_id) or abort(404)
    shift, person = shift_of(event, cover.shift_id), load(Person, person_id)
    if find_ask(db(), cover_id, person) is None:
        abort(404)
    name = person.first_name
    to = url_for("covers.choose", event_id=event_id, shift_id=shift.id)
    return act(
        lambda: hear_of_cover(db(), cover, person, says_yes, me(), planning_now(), real_now()),
        lambda entry: Done(say_heard(name, says_yes), to, entry),
        on_page(to),
    )


def read_answer(word: str) -> bool:
    """Read what an address says that somebody said: yes or no, else 404."""
    return {"yes": True, "no": False}[word] if word in {"yes", "no"} else abort(404)


def say_heard(name: str, says_yes: bool) -> str:
    """Say what was noted of somebody who was called."""
    comes = _("%(name)s comes.", name=name)
    return comes if says_yes else _("Noted: %(name)s can’t come.", name=name)


@blueprint.get("/my/<token>/covers/<int:cover_id>")
@allow(PUBLIC)
def show(token: str, cover_id: int) -> str:
    """Ask a volunteer whether they can come."""
    return _ask_page(token, *_asked(token, cover_id))


@blueprint.post("/my/<token>/covers/<int:cover_id>")
@allow(PUBLIC)
def answer(token: str, cover_id: int) -> ResponseReturnValue:
    """Take a volunteer's yes or no."""
    person, cover = _asked(token, cover_id)
    says_yes = request.form.get("says") == "yes"
    reason, now = said_all_right(cover_id), now_of(foundation_of(person))
    said = _("The shift is yours. Thank you.") if says_yes else _("Thank you for saying it.")
    return act(
        lambda: answer_cover(db(), cover, person, says_yes, now, real_now(), reason),
        lambda done: Done(said, url_for("my_shifts.show", token=token), own_act(person)),
        # The question again with the sentence why not; a second yes is meant where one helps.
        lambda refusal: _ask_page(token, *_asked(token, cover_id), refusal),
        in_crowd=True,
    )


def _asked(token: str, cover_id: int) -> tuple[Person, Cover]:
    """Return who asks and the question, else answer 404 and leave an audit line."""
    person = personal(token)
    cover = db().get(Cover, cover_id) or abort(404)
    if find_ask(db(), cover_id, person) is None:
        not_theirs("cover", cover_id)
    return person, cover


def _ask_page(token: str, person: Person, cover: Cover, refusal: Refused | None = None) -> str:
    shift = db().get_one(Shift, cover.shift_id, options=[joinedload(Shift.booth)])
    event = db().get_one(Event, shift.booth.event_id)
    times = (shift.starts_at, shift.ends_at)
    missing = still_missing(db(), cover)
    return render_template(
        "covers/answer.html",
        token=token,
        person=person,
        cover=cover,
        ask=find_ask(db(), cover.id, person),
        shift=shift,
        said=[one for one in (shift.own_words, shift.note) if one],
        place=shift.booth.place_of(shift.own_place),
        event=event,
        when=venue_words.say_when(*times, event.timezone or "UTC", venue_words.own_zone(person)),
        missing=missing,
        still_missing=say_still_missing(missing),
        refusal=refusal,
        breaches=refusal.breaches if isinstance(refusal, NeedsReason) else [],
        is_over=shift.ends_at <= now_of(foundation_of(person)),
    )


def _choose_page(event: Event, shift: Shift) -> str:
    ranked, contacts = _ranked(event, shift)
    questions = list_questions(db(), shift)
    open_questions = [one for one in questions if one.closed_at is None]
    awaited = any(state == "asked" for one in open_questions[:1] for _, _, state in one.answers)
    able = [] if awaited else [one for one in ranked if one.is_ticked]
    return render_template(
        "covers/choose.html",
        event=event,
        shift=shift,
        when=venue_words.say_when(shift.starts_at, shift.ends_at, event.timezone or "UTC"),
        ranked=ranked,
        contacts=contacts,
        questions=questions,
        open=open_questions,
        asked=_asked_here(event, shift, open_questions),
        awaited=awaited,
        able=able,
        say_ask=ngettext("Ask", "Ask these %(num)s", max(1, len(able))),
        places=count_places(db(), shift.id),
        zone=zone_of(event),
        off=say_off(db(), event) or _say_over(shift, event) or _say_needless(shift, questions),
        address=public_address(shift.booth),
    )


def _say_over(shift: Shift, event: Event) -> str:
    """Say that there is nobody to ask any more; "" while there is."""
    if shift.ends_at > planning_now():
        return ""
    return _("%(shift)s is over.", shift=say_start(shift.starts_at, zone_of(event)))


def _say_needless(shift: Shift, questions: Sequence[CoverQuestion]) -> str:
    """Say that a shift needs nobody more: it is cancelled, or full and nobody wants to leave it."""
    if shift.cancelled_at is not None:
        return _("This shift does not take place.")
    is_asked = any(one.closed_at is None for one in questions)
    places = count_places(db(), shift.id)
    is_full = places.taken + places.asked >= places.most
    return "" if is_asked or not is_full else _("This shift is full.")


def _asked_here(
    event: Event, shift: Shift, questions: Sequence[CoverQuestion]
) -> dict[int, ReachFacts]:
    """Return how those are reached who were asked, as far as the reader may know."""
    asked = [number for one in questions for number, _name, _state in one.answers]
    for_staff = me().role == "staff"
    return load_contacts(db(), event, shift.booth, asked, for_staff=for_staff)


def _ranked(event: Event, shift: Shift) -> tuple[list[RankedCandidate], dict[int, ReachFacts]]:
    return rank_people(db(), event, shift.booth, shift, for_staff=me().role == "staff")


def _numbers(name: str) -> list[int]:
    """Return the numbers that a form gives under this name."""
    return [number for one in request.form.getlist(name) if (number := read_key(one))]
