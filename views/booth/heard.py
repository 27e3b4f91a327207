"""What staff heard: who was called says yes or no to a place."""

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue

from models import Cover, Event, Person
from outreach.language import gettext as _
from outreach.staffing.cover.heard import hear_of_cover, hear_of_place
from outreach.staffing.cover.questions import find_ask
from views.booth.booth_rows import event_here, shift_of, sign_up_of
from views.web.act import Done, act, on_page
from views.web.guards import LEAD, allow
from views.web.request import db, load, me, planning_now, real_now
from views.web.security import came_from

blueprint = Blueprint("heard", __name__)


@blueprint.post("/events/<int:event_id>/places/<int:sign_up_id>/says/<word>")
@allow(LEAD)
def of_place(event_id: int, sign_up_id: int, word: str) -> ResponseReturnValue:
    """Do what somebody said of their place."""
    event, says_yes = event_here(event_id), _says_yes(word)
    sign_up = sign_up_of(event, sign_up_id)
    name, to = sign_up.person.first_name, _back_to(event)
    return act(
        lambda: hear_of_place(db(), sign_up, says_yes, me(), planning_now(), real_now()),
        lambda entry: Done(_say(name, says_yes), to, entry),
        on_page(to),
    )


@blueprint.post("/events/<int:event_id>/covers/<int:cover_id>/people/<int:person_id>/says/<word>")
@allow(LEAD)
def of_cover(event_id: int, cover_id: int, person_id: int, word: str) -> ResponseReturnValue:
    """Do what somebody said who was asked to take a place."""
    event, says_yes = event_here(event_id), _says_yes(word)
    cover = db().get(Cover, cover_id) or abort(404)
    shift, person = shift_of(event, cover.shift_id), load(Person, person_id)
    if find_ask(db(), cover_id, person) is None:
        abort(404)
    name = person.first_name
    to = url_for("covers.choose", event_id=event_id, shift_id=shift.id)
    return act(
        lambda: hear_of_cover(db(), cover, person, says_yes, me(), planning_now(), real_now()),
        lambda entry: Done(_say(name, says_yes), to, entry),
        on_page(to),
    )


def _back_to(event: Event) -> str:
    """Return where it was pressed: on the roster, or on the day."""
    pages = [url_for(page, event_id=event.id) for page in ("roster.show", "duty.today")]
    back = came_from()
    return back if back and back.partition("?")[0] in pages else pages[0]


def _says_yes(word: str) -> bool:
    return {"yes": True, "no": False}[word] if word in {"yes", "no"} else abort(404)


def _say(name: str, says_yes: bool) -> str:
    comes = _("%(name)s comes.", name=name)
    return comes if says_yes else _("%(name)s does not come.", name=name)
