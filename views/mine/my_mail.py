"""A volunteer's address: shown to be theirs by a button, and letters stopped by another."""

from datetime import datetime

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from models import Person, SignUp
from outreach import language
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.roster.mine import load_places
from outreach.staffing.signups.confirm import confirm as say_yes
from outreach.staffing.signups.sign_up import ask_to_confirm
from outreach.staffing.volunteers import one_person, personal_links
from outreach.staffing.volunteers.day_phone import tell_number
from outreach.staffing.volunteers.one_person import OtherName, check_contact
from views.mine import venue_words
from views.mine.personal import OWN, foundation_of, keep_token, kept_token, personal
from views.mine.sign_up_forms import DayPhoneForm
from views.web.act import Done, above, act, act_on_form
from views.web.errors import show_old_form
from views.web.guards import PUBLIC, allow
from views.web.page import tell
from views.web.request import db, real_now

blueprint = Blueprint("my_mail", __name__)


@blueprint.get("/my/address/<proof>")
@allow(PUBLIC)
def contact(proof: str) -> str:
    """Show what was signed up for, and buttons: opening the mailed link confirms nothing."""
    return _contact_page(proof)


@blueprint.post("/my/address/<proof>")
@allow(PUBLIC)
def confirm(proof: str) -> ResponseReturnValue:
    """Note that the address is theirs, and that they come unless they say no; show their shifts."""
    person, now = _owner_of(proof), real_now()
    shares = {"no": False, "yes": True}.get(request.form.get("shares", ""))
    comes = request.form.get("comes") != "no"

    def rule() -> str:
        planned = foundation_of(person).now(now)
        owner = check_contact(db(), person, planned, now, kept=kept_token(), shares=shares)
        if comes:
            _say_yes(owner, planned, now)
        return personal_links.copy(db(), owner, current_app.config["SECRET_KEY"], now)

    def done(token: str) -> Done:
        to = url_for("my_shifts.show", token=token)
        said = (
            _("Your address is confirmed.")
            if comes
            else _("Your address is confirmed. Give up here what you cannot come to.")
        )
        return Done(said, to, then=lambda response: keep_token(response, token))

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        if isinstance(refusal, OtherName):  # the page asks which it is
            return _contact_page(proof, refusal)
        return above(lambda: _contact_page(proof))(refusal)

    return act(rule, done, otherwise)


@blueprint.post("/my/address/<proof>/not-me")
@allow(PUBLIC)
def disown(proof: str) -> ResponseReturnValue:
    """Free what was signed up for with an address by somebody whose it is not."""
    person, now = _owner_of(proof), real_now()
    said = _("Thank you. The places are free again, and nobody signs up there with your address.")
    return act(
        lambda: one_person.disown(db(), person, foundation_of(person).now(now), now),
        lambda done: Done(said, url_for("foundation.guide")),
        above(lambda: _contact_page(proof)),
    )


@blueprint.post("/my/address/<proof>/again")
@allow(PUBLIC)
def renew(proof: str) -> ResponseReturnValue:
    """Mail a new link to the address whose link is too old by now."""
    person = _proof_of(proof).person
    return act(
        lambda: ask_to_confirm(db(), person, real_now()),
        lambda done: Done(_("A new link is on its way."), url_for("my_mail.contact", proof=proof)),
        above(lambda: _contact_page(proof)),
    )


@blueprint.get("/my/<token>/mail")
@allow(PUBLIC)
def mail(token: str) -> str:
    """Ask whether reminders shall go on; opening the page stops nothing."""
    here = url_for("my_mail.change_mail", token=token)
    return _mail_page(personal(token), here, url_for("my_shifts.show", token=token))


@blueprint.post("/my/<token>/mail")
@allow(PUBLIC)
def change_mail(token: str) -> AnyResponse:
    """Stop reminders, or let them come again."""
    return _change_mail(personal(token), url_for("my_mail.mail", token=token))


@blueprint.get("/my/address/<proof>/mail")
@allow(PUBLIC)
def mail_by_proof(proof: str) -> str:
    """Ask whether reminders shall go on who has the letter, whatever became of their link."""
    here = url_for("my_mail.change_mail_by_proof", proof=proof)
    person = _proof_of(proof).person
    return _mail_page(person, here, url_for("my_mail.contact", proof=proof))


@blueprint.post("/my/address/<proof>/mail")
@allow(PUBLIC)
def change_mail_by_proof(proof: str) -> AnyResponse:
    """Stop reminders, or let them come again; an old letter may do that too."""
    return _change_mail(_proof_of(proof).person, url_for("my_mail.mail_by_proof", proof=proof))


@blueprint.post("/my/<token>/language")
@allow(PUBLIC)
def write_so(token: str) -> AnyResponse:
    """Write letters in another language from now on."""
    chosen = language.choose([request.form.get("language", "")]) or abort(422)
    personal(token).letters_language = chosen
    db().commit()
    # Translators: say your own language instead of English.
    tell(_("Your letters are in English from now on."))
    return redirect(url_for("my_shifts.show", token=token), 303)


@blueprint.errorhandler(CSRFError)
def stop_by_mail_program(error: CSRFError) -> ResponseReturnValue:
    """Do what a mail program asks for with one click (RFC 8058); it has seen no form of ours.

    It can only stop letters, and only of whose token it has: nothing else is let through.
    """
    named = request.view_args or {}
    token, proof = named.get("token"), named.get("proof")
    asked = request.form.get("List-Unsubscribe") == "One-Click"
    by_token = request.endpoint == "my_mail.change_mail" and token not in (None, OWN)
    by_proof = request.endpoint == "my_mail.change_mail_by_proof" and proof is not None
    if not asked or not (by_token or by_proof):
        return show_old_form(error)
    try:
        person = _proof_of(str(proof)).person if by_proof else personal(str(token))
    except HTTPException as missing:  # what is raised where errors are handled would be a 500
        return missing.get_response()
    person.letters_stopped_at = person.letters_stopped_at or real_now()
    db().commit()
    return "", 204


def _say_yes(owner: Person, now: datetime, real: datetime) -> None:
    """Note that who was put on shifts comes to them, by the same button."""
    places = load_places(db(), owner, now)
    open_ = [one.id for one in places if one.state == "taken" and not one.is_confirmed]
    rows = db().scalars(select(SignUp).where(SignUp.id.in_(open_)).order_by(SignUp.id)).all()
    if rows:
        say_yes(db(), rows, owner, now, real)


def _mail_page(person: Person, to: str, back: str) -> str:
    return render_template("my_shifts/mail.html", person=person, to=to, back=back)


def _change_mail(person: Person, to: str) -> AnyResponse:
    starts = request.form.get("letters") == "again"
    person.letters_stopped_at = None if starts else person.letters_stopped_at or real_now()
    db().commit()
    tell(
        _("Reminders come again.")
        if starts
        else _("No more reminders. We still write when a shift of yours changes.")
    )
    return redirect(to, 303)


def _contact_page(proof: str, other: OtherName | None = None) -> str:
    known = _proof_of(proof)
    foundation = foundation_of(known.person)
    places = load_places(db(), known.person, foundation.now(real_now()))
    return render_template(
        "my_shifts/contact.html",
        person=known.person,
        proof=proof,
        is_old=known.is_old,
        places=places,
        comes=any(one.state == "taken" and not one.cancelled_at for one in places),
        other=other,
        own=venue_words.own_zone(known.person),
    )


def _owner_of(proof: str) -> Person:
    """Return whose address the proof is about, while it proves something; 404 else."""
    found = _proof_of(proof)
    return abort(404) if found.is_old else found.person


def _proof_of(proof: str) -> personal_links.Proof:
    """Return what a proof is about; 404 where it is none, or of an older address."""
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    found = (personal_links.find_proof(db(), key, proof, real_now()) for key in keys)
    known = next((one for one in found if one), None)
    if known is None or foundation_of(known.person).removed_at is not None:
        abort(404)
    return known


@blueprint.route("/my/<token>/phone", methods=["GET", "POST"])
@allow(PUBLIC)
def tell_phone(token: str) -> ResponseReturnValue:
    """Show and keep a number for the day, asked of who has a shift and gave an address alone."""
    person = personal(token)
    form, ours = DayPhoneForm(data={"phone": person.phone}), foundation_of(person)
    to = url_for("my_shifts.show", token=token)
    return act_on_form(
        form,
        lambda: tell_number(db(), ours, person, form.phone.data or "", real_now()),
        lambda entry: Done(_("Thank you. It is kept for who runs the booth."), to),
        lambda: render_template("my_shifts/phone.html", form=form, token=token, person=person),
    )
