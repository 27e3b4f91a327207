"""The foundation in view: the first steps of a newcomer, the example, help."""

from flask import Blueprint, abort, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from outreach.accounts.sign_in import end_session
from outreach.example.remove import find_example, open_example, remove_example
from outreach.planning.segments.founding import find_own, read_templates, start_foundation
from views.office.forms.foundation import FoundationForm
from views.web.act import Done, act, act_on_form, on_page
from views.web.cookies import give_token
from views.web.guards import PUBLIC, STAFF, allow
from views.web.request import db, find_here, find_sign_in, here, me, real_now

blueprint = Blueprint("foundation", __name__)


@blueprint.get("/welcome")
@allow(STAFF)
def welcome() -> str | Response:
    """Offer the two ways to begin, to whoever has nothing in view."""
    if find_here() is not None:
        return redirect(url_for("season.run_sheet"))
    return render_template("foundation/welcome.html", own=find_own(db()))


@blueprint.route("/foundation/new", methods=["GET", "POST"])
@allow(STAFF)
def own() -> ResponseReturnValue:
    """Start an own, empty foundation; its first page is the paste box."""
    form = FoundationForm()

    def rule() -> tuple[str, str]:
        facts = (form.name.data, form.person.data, form.email.data)
        founder, token = start_foundation(db(), *facts, me(), real_now(), form.city.data or "")
        before = find_sign_in()
        if before is not None:
            end_session(db(), before, real_now())
        session.clear()
        return founder.name, token

    return act_on_form(
        form,
        rule,
        lambda done: Done(
            f"{done[0]}, this is your foundation. Paste the events you know of.",
            url_for("imports.paste"),
            then=lambda response: give_token(response, done[1]),
        ),
        lambda: render_template(
            "foundation/own.html", form=form, own=find_own(db()), templates=len(read_templates())
        ),
    )


@blueprint.post("/foundation/look/<which>")
@allow(STAFF)
def look(which: str) -> Response:
    """Look at one's own foundation, or at the example."""
    foundation = {"own": find_own, "example": find_example}.get(which, lambda _session: None)(db())
    sign_in = find_sign_in()
    mine = foundation is not None and foundation.id == me().foundation_id
    if sign_in is None or foundation is None or not (mine or foundation.is_example):
        abort(404)
    if foundation.removed_at is not None:
        open_example(db(), me(), real_now())
    sign_in.foundation_id = foundation.id
    db().commit()
    return redirect(url_for("season.run_sheet"))


@blueprint.post("/example/remove")
@allow(STAFF)
def remove() -> ResponseReturnValue:
    """Remove the example in one click."""
    return act(
        lambda: remove_example(db(), here(), me(), real_now()),
        lambda entry: Done("The example is removed.", url_for("foundation.welcome"), entry),
        on_page(url_for("season.run_sheet")),
    )


@blueprint.post("/example/open")
@allow(STAFF)
def open_it() -> Response:
    """Look at the example; the first time it is loaded."""
    foundation = open_example(db(), me(), real_now())
    sign_in = find_sign_in()
    if sign_in is not None:
        sign_in.foundation_id = foundation.id
    db().commit()
    return redirect(url_for("season.run_sheet"))


@blueprint.get("/help")
@allow(PUBLIC)
def guide() -> str:
    """Explain the words, the keys and where to click."""
    return render_template("foundation/help.html")
