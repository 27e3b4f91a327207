"""A volunteer's address: shown to be theirs by a button, and letters stopped by another."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from models import Person
from outreach.language import gettext as _
from outreach.staffing.volunteers import personal_links
from outreach.staffing.volunteers.one_person import check_contact
from views.mine.personal import OWN, foundation_of, keep_token, personal
from views.web.errors import show_old_form
from views.web.guards import PUBLIC, allow
from views.web.page import tell
from views.web.request import db, real_now

blueprint = Blueprint("my_mail", __name__)


@blueprint.get("/my/address/<proof>")
@allow(PUBLIC)
def contact(proof: str) -> str:
    """Show a button: opening the mailed link, as scanners do, confirms nothing."""
    person = _owner_of(proof)
    return render_template("my_shifts/contact.html", person=person, proof=proof)


@blueprint.post("/my/address/<proof>")
@allow(PUBLIC)
def confirm(proof: str) -> AnyResponse:
    """Note that the address is theirs, and lead them to their shifts."""
    person = _owner_of(proof)
    now = real_now()
    owner = check_contact(db(), person, foundation_of(person).now(now), now)
    token = personal_links.copy(db(), owner, current_app.config["SECRET_KEY"], now)
    db().commit()
    tell(_("Your address is confirmed."))
    response = redirect(url_for("my_shifts.show", token=token), 303)
    keep_token(response, token)
    return response


@blueprint.get("/my/<token>/mail")
@allow(PUBLIC)
def mail(token: str) -> str:
    """Ask whether letters shall go on; opening the page stops nothing."""
    return render_template("my_shifts/mail.html", token=token, person=personal(token))


@blueprint.post("/my/<token>/mail")
@allow(PUBLIC)
def change_mail(token: str) -> AnyResponse:
    """Stop letters about shifts, or let them come again."""
    person = personal(token)
    starts = request.form.get("letters") == "again"
    person.letters_stopped_at = None if starts else person.letters_stopped_at or real_now()
    db().commit()
    tell(
        _("Mails come again.")
        if starts
        else _("No more mails about shifts. This page stays right.")
    )
    return redirect(url_for("my_mail.mail", token=token), 303)


@blueprint.errorhandler(CSRFError)
def stop_by_mail_program(error: CSRFError) -> ResponseReturnValue:
    """Do what a mail program asks for with one click (RFC 8058); it has seen no form of ours.

    It can only stop letters, and only of whose token it has: nothing else is let through.
    """
    token = (request.view_args or {}).get("token")
    asked = request.form.get("List-Unsubscribe") == "One-Click"
    if request.endpoint != "my_mail.change_mail" or token in (None, OWN) or not asked:
        return show_old_form(error)
    person = personal(token)
    person.letters_stopped_at = person.letters_stopped_at or real_now()
    db().commit()
    return "", 204


def _owner_of(proof: str) -> Person:
    """Return whose address the proof is about; 404 where it is none, or of an older address."""
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    found = (personal_links.find_contact_owner(db(), key, proof) for key in keys)
    person = next((one for one in found if one), None)
    if person is None or foundation_of(person).removed_at is not None:
        abort(404)
    return person
