"""A letter to all people of a booth, of a day or of a shift: typed, seen, then sent."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import BoothLetter, Event, Person
from outreach.calendars.clock import say_count
from outreach.language import gettext as _
from outreach.staffing import booth_letters
from outreach.staffing.booth_letters import (
    Addressees,
    compose,
    groups_of,
    list_letters,
    say_group,
    write_to,
)
from outreach.staffing.letters.booth_letter import write_booth_letter
from outreach.staffing.reach.load import load_reach
from outreach.staffing.reach.rule import tells_any
from views.booth.booth_rows import booth_of, event_here
from views.booth.forms.letters import BoothLetterForm, ChatForm
from views.booth.roster import roster_of
from views.web.act import Done, act_on_form, look_on_form
from views.web.guards import LEAD, allow
from views.web.reach import reach_people
from views.web.request import db, load, me, planning_now, real_now

blueprint = Blueprint("booth_letters", __name__)


@blueprint.route("/events/<int:event_id>/roster/write", methods=["GET", "POST"])
@allow(LEAD)
def write(event_id: int) -> ResponseReturnValue:
    """Write to people of the booth; nothing leaves before the letter and its readers were seen."""
    event = event_here(event_id)
    groups = groups_of(roster_of(event), me())
    if not groups:
        return _page(event)
    form = BoothLetterForm.of(groups, request.args.get("to", ""))
    if "again" in request.form:
        return _page(event, form)
    if request.form and "sure" not in request.form:
        return look_on_form(
            form, lambda: _chosen(groups, form),
            lambda group: _preview(event, group, form), lambda: _page(event, form),
        )  # fmt: skip
    return act_on_form(
        form,
        lambda: write_to(
            *(db(), booth_of(event), event, _chosen(groups, form), form.draft()),
            *(me(), planning_now(), real_now()),
        ),
        lambda letter: _done(event, letter),
        lambda: _page(event, form),
    )


def _chosen(groups: list[Addressees], form: BoothLetterForm) -> Addressees:
    return next(group for group in groups if group.key == form.to.data)


@blueprint.post("/events/<int:event_id>/roster/chat")
@allow(LEAD)
def set_chat(event_id: int) -> ResponseReturnValue:
    """Set where the people of the booth talk to each other, or take it away."""
    event, form = event_here(event_id), ChatForm()
    booth = booth_of(event)
    address = form.chat_url.data or ""
    said = (
        _("The group chat is on My shifts of whoever is known.")
        if address
        else _("No group chat is named any more.")
    )
    groups = groups_of(roster_of(event), me())
    blank = BoothLetterForm.of(groups, "", formdata=None) if groups else None
    return act_on_form(
        form,
        lambda: booth_letters.set_chat(db(), booth, event, address, me(), real_now()),
        lambda entry: Done(said, url_for("booth_letters.write", event_id=event_id), entry),
        lambda: _page(event, blank, form),
    )


def _page(event: Event, form: BoothLetterForm | None = None, chat: ChatForm | None = None) -> str:
    """Show the form of a letter, that of the chat, and what was written before."""
    return render_template(
        "roster/write.html",
        event=event,
        form=form,
        chat=chat or ChatForm(formdata=None, chat_url=booth_of(event).chat_url),
        written=[(one, say_group(one, event)) for one in list_letters(db(), event)],
    )


def _preview(event: Event, group: Addressees, form: BoothLetterForm) -> str:
    """Show the letter as its first reader gets it, and how each hears of it."""
    letter = compose(event, group, form.draft(), me(), planning_now())
    reader = load(Person, next(iter(group.people)))
    people = reach_people(group.people)
    tells = tells_any(people)
    return render_template(
        "roster/letter.html",
        event=event,
        form=form,
        headline=_("To %(people)s", people=say_group(letter, event)),
        letter=write_booth_letter(db(), letter, reader, real_now()),
        reader=reader,
        people=people,
        facts=load_reach(db(), group.people),
        tells=tells,
        button=say_count("Send it", "Send it to %(number)s", len(people))
        if tells
        else _("Note it as written"),
    )


def _done(event: Event, letter: BoothLetter) -> Done:
    said = _("Written to %(people)s.", people=say_group(letter, event))
    return Done(said, url_for("booth_letters.write", event_id=event.id))
