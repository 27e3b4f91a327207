"""One's own answers to what a booth asks at sign-up: given later, changed, taken away."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Booth, Event, Person
from outreach.language import gettext as _
from outreach.staffing.roster.stated.availability import booth_for
from outreach.staffing.sign_up_answers import find_answers, keep_answers
from views.mine.answering.answer_fields import AnswersForm
from views.mine.personal import foundation_of, now_of, personal
from views.web.act import Done, act_on_form
from views.web.guards import PUBLIC, allow
from views.web.request import db

blueprint = Blueprint("my_answers", __name__)


@blueprint.route("/my/<token>/events/<int:event_id>/answers", methods=["GET", "POST"])
@allow(PUBLIC)
def show(token: str, event_id: int) -> ResponseReturnValue:
    """Show what somebody answered at this booth, and keep what they say now."""
    person = personal(token)
    booth, event = _asking(person, event_id)
    form = AnswersForm.of(booth, find_answers(db(), booth, person))
    now = now_of(foundation_of(person))
    said = _("Noted for the team at %(event)s.", event=event.name)
    return act_on_form(
        form,
        lambda: keep_answers(db(), booth, person, form.all(), now),
        lambda done: Done(said, url_for("my_shifts.show", token=token)),
        lambda: render_template(
            "my_shifts/answers.html",
            token=token,
            person=person,
            event=event,
            form=form,
            foundation=foundation_of(person),
        ),
    )


def _asking(person: Person, event_id: int) -> tuple[Booth, Event]:
    """Return a booth that asks something, else answer 404."""
    found = booth_for(db(), person, event_id)
    if found is None or not found[0].asked_at_sign_up:
        abort(404)
    return found
