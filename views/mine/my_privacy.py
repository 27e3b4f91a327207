"""What is kept about a volunteer: they read it, take it along, and have it erased."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.language import gettext as _
from outreach.planning.people.export import export_person, say_tables
from outreach.planning.people.forgetting import erase_person
from outreach.planning.people.retention import find_forgetting
from outreach.refusal import Refused
from views.mine.personal import drop_token, foundation_of, now_of, personal
from views.plan.privacy import as_download
from views.web.act import Done, act
from views.web.guards import PUBLIC, allow
from views.web.request import db, real_now

blueprint = Blueprint("my_privacy", __name__)


@blueprint.get("/my/<token>/kept")
@allow(PUBLIC)
def show(token: str, wrong: str = "") -> str:
    """Show all that is kept about a volunteer, and until when."""
    person = personal(token)
    foundation = foundation_of(person)
    return render_template(
        "my_shifts/kept.html",
        token=token,
        person=person,
        foundation=foundation,
        tables=say_tables(db(), export_person(db(), person, real_now())),
        forgetting=find_forgetting(db(), foundation, person, now_of(foundation)),
        wrong=wrong,
    )


@blueprint.get("/my/<token>/kept.json")
@allow(PUBLIC)
def download(token: str) -> Response:
    """Give the same to a program."""
    return as_download(personal(token))


@blueprint.post("/my/<token>/erase")
@allow(PUBLIC)
def erase(token: str) -> ResponseReturnValue:
    """Erase a volunteer who ticked that they mean it; their places go to who waits."""
    person = personal(token)
    foundation = foundation_of(person)

    def rule() -> None:
        if "sure" not in request.form:
            raise Refused(_("Tick the box first: there is no way back."))
        erase_person(db(), foundation, person, person, now_of(foundation), real_now())

    return act(
        rule,
        lambda _done: Done("", url_for("my_privacy.erased"), then=drop_token),
        lambda refusal: show(token, refusal.sentence),
    )


@blueprint.get("/my/erased")
@allow(PUBLIC)
def erased() -> str:
    """Say that it is done, to somebody whom nothing here knows any more."""
    return render_template("my_shifts/erased.html")
