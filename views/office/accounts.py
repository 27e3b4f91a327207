"""Sign-in by link and by password, sign-out, and one's own password."""

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from models import Person, SignInSession
from outreach.accounts import limits, sign_in
from outreach.accounts.addresses import fold
from outreach.language import gettext as _
from outreach.messages.link_mail import request_link
from views.office.forms.accounts import PasswordForm, SignInForm
from views.web.act import Done, act, beside, look_on_form
from views.web.cookies import find_browser, give_token, remember_address, take_token
from views.web.guards import PUBLIC, VOLUNTEER, allow
from views.web.page import tell
from views.web.reach import sends
from views.web.request import close_db, db, find_me, find_sign_in, me, real_now
from views.web.security import place, safe_path

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in", endpoint="sign_in")
@allow(PUBLIC)
def ask_for_address() -> ResponseReturnValue:
    """Ask who wants to sign in."""
    wanted = safe_path(request.args.get("next"))
    if find_me():
        return redirect(wanted)
    return _sign_in_page(SignInForm(formdata=None, next=wanted))


def _sign_in_page(form: SignInForm) -> str:
    """Ask for address and password; a link comes by mail only where mail is set up."""
    if not sends():
        form.password.description = _("Leave it empty and staff find a link for you.")
    return render_template("accounts/sign_in.html", form=form)


@blueprint.post("/sign-in")
@allow(PUBLIC)
def start() -> ResponseReturnValue:
    """Sign in with a password, or have a link mailed where none is given."""
    form = SignInForm()
    return look_on_form(
        form,
        lambda: _by_password(form) if form.password.data else _by_mail(form),
        lambda response: response,
        lambda: _sign_in_page(form),
    )


def _by_mail(form: SignInForm) -> ResponseReturnValue:
    """Answer everybody alike: known addresses get a mail, the others do not."""
    address, browser = form.email.data, find_browser(fold(form.email.data))
    limits.count_sign_in(db(), real_now(), address, place(), browser)
    request_link(db(), address, real_now(), browser)
    db().commit()
    return render_template("accounts/link_sent.html")


def _by_password(form: SignInForm) -> ResponseReturnValue:
    """Check the password while no write is begun: it is slow, and would keep others waiting.

    The try is counted before, so that many at once are no way around, and forgiven if it is right.
    """
    address, password, now = form.email.data, form.password.data, real_now()
    tried = (address, place(), find_browser(fold(address)))
    limits.count_sign_in(db(), now, *tried)
    db().commit()
    close_db()
    with current_app.extensions["READING_SESSIONS"]() as reading:
        proven = sign_in.find_by_password(reading, address, password)
    if proven is None:
        raise sign_in.PasswordWrong
    limits.forgive_sign_in(db(), now, *tried)
    opened, token = sign_in.open_session_by_password(db(), proven, password, real_now())
    return _let_in(opened, token, safe_path(form.next.data))


@blueprint.get("/sign-in/<token>")
@allow(PUBLIC)
def link(token: str) -> ResponseReturnValue:
    """Show whom a link signs in, and a button; mail scanners may look as often as they like."""
    owner = sign_in.find_link_owner(db(), token, real_now())
    return _show_link(owner) if owner else _say_ended(token)


@blueprint.post("/sign-in/<token>")
@allow(PUBLIC)
def open_link(token: str) -> ResponseReturnValue:
    """Use a link up and sign its owner in."""
    owner = sign_in.find_link_owner(db(), token, real_now())
    if owner and _is_somebody_else(owner) and "switch" not in request.form:
        return _show_link(owner), 409
    try:
        opened, session_token = sign_in.open_session_by_link(db(), token, real_now())
    except sign_in.LinkEnded:
        return _say_ended(token)
    return _let_in(opened, session_token, "/")


@blueprint.post("/sign-out")
@allow(VOLUNTEER)
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    _end_this_session()
    db().commit()
    return _let_out(_("You are signed out."))


@blueprint.post("/sign-out-everywhere")
@allow(VOLUNTEER)
def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions and links of this person."""
    sign_in.end_all_sessions(db(), me(), real_now())
    db().commit()
    return _let_out(_("You are signed out in every browser."))


@blueprint.get("/account/password")
@allow(VOLUNTEER)
def password() -> ResponseReturnValue:
    """Ask for a new password of one's own."""
    return _show_password(PasswordForm(formdata=None))


@blueprint.post("/account/password")
@allow(VOLUNTEER)
def set_password() -> ResponseReturnValue:
    """Set one's own password."""
    form, opened = PasswordForm(), find_sign_in()
    if opened is None or not form.validate():
        return _show_password(form), 422
    limits.count(db(), real_now(), limits.PASSWORDS_OF_PERSON, str(me().id))
    db().commit()  # the try counts, whatever comes of it
    current, new = form.current.data if form.current else "", form.new.data
    return act(
        lambda: sign_in.set_password(db(), opened, current or "", new, real_now()),
        lambda _done: Done(
            _("Your password is set. Other browsers are signed out."), url_for("accounts.password")
        ),
        beside(form, lambda: _show_password(form)),
    )


def _show_password(form: PasswordForm) -> str:
    opened = find_sign_in()
    if opened is None or not sign_in.needs_current_password(opened, real_now()):
        del form.current
    return render_template("accounts/password.html", form=form)


def _show_link(owner: Person) -> str:
    other = find_me() if _is_somebody_else(owner) else None
    return render_template("accounts/link.html", owner=owner, other=other)


def _is_somebody_else(owner: Person) -> bool:
    person = find_me()
    return person is not None and person.id != owner.id


def _say_ended(token: str) -> ResponseReturnValue:
    """Offer a new link; a guess is counted, in a transaction that is not the reader's.

    Only guesses are refused: whoever holds a link gets in, however much others guessed from there.
    """
    guessed = not sign_in.knows_link(db(), token)
    close_db()
    if guessed:
        with current_app.extensions["WRITING_SESSIONS"].begin() as writing:
            limits.count(writing, real_now(), limits.WRONG_TOKENS_FROM_PLACE, place())
    form = SignInForm(formdata=None)
    return render_template("accounts/link_ended.html", form=form), 410


def _let_in(opened: SignInSession, token: str, wanted: str) -> ResponseReturnValue:
    """Commit, and give the browser its new token; what it had before ends."""
    address = opened.person.email_key
    _end_this_session()
    db().commit()
    session.clear()
    response = redirect(wanted, 303)
    give_token(response, token)
    if address:
        remember_address(response, address)
    return response


def _let_out(sentence: str) -> ResponseReturnValue:
    session.clear()
    tell(sentence)
    response = redirect(url_for("accounts.sign_in"), 303)
    take_token(response)
    return response


def _end_this_session() -> None:
    opened = find_sign_in()
    if opened is not None:
        sign_in.end_session(db(), opened, real_now())
