"""How a volunteer comes back to their page: the link by mail, the phone that knows them, a contact.

Opening a personal link makes no browser know anybody, see `views.mine.personal`: a button does.
"""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from models.contacts import LONGEST_ADDRESS
from outreach.accounts.addresses import read_contact
from outreach.language import N_
from outreach.language import gettext as _
from outreach.staffing.volunteers.own_contact import change_contact
from outreach.staffing.volunteers.ways_in import send_links
from views.mine.personal import (
    OWN,
    drop_token,
    foundation_of,
    kept_token,
    now_of,
    own_act,
    personal,
)
from views.web.act import Done, act_on_form, look_on_form
from views.web.forms import SheetForm, strip
from views.web.guards import PUBLIC, allow
from views.web.request import db, real_now
from views.web.security import network

blueprint = Blueprint("ways_in", __name__)


class ContactForm(SheetForm):
    """One way to reach somebody."""

    contact = StringField(
        N_("E-mail or phone"),
        filters=[strip],
        validators=[
            DataRequired(N_("Give one way to reach you.")),
            Length(max=LONGEST_ADDRESS, message=N_("That is longer than any address.")),
        ],
        render_kw={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"},
    )


@blueprint.post("/my")
@allow(PUBLIC)
def ask_for_link() -> ResponseReturnValue:
    """Mail a link to an address; the answer is the same whether somebody has it or not."""
    form = ContactForm()
    return look_on_form(form, lambda: _mail_to(form), lambda page: page, lambda: ask_page(form))


def ask_page(form: ContactForm | None = None) -> str:
    """Offer somebody whom the browser does not know their link by mail."""
    form = form or ContactForm(formdata=None)
    return render_template("my_shifts/nobody.html", form=form)


def _mail_to(form: ContactForm) -> str:
    email, _phone = read_contact(form.contact.data or "")
    mails = email is not None and current_app.config["MAIL_SERVER"] is not None
    if email and mails:
        send_links(db(), email, network(), real_now())
        db().commit()
    return render_template("my_shifts/link_asked.html", address=email, mails=mails)


@blueprint.post("/my/<token>/forget")
@allow(PUBLIC)
def forget(token: str) -> AnyResponse:
    """Let this browser forget the person, for somebody who is somebody else."""
    personal(token)
    response = redirect(url_for("my_shifts.mine"), 303)
    if token in (OWN, kept_token()):
        drop_token(response)
    return response


@blueprint.route("/my/<token>/contact", methods=["GET", "POST"])
@allow(PUBLIC)
def contact(token: str) -> ResponseReturnValue:
    """Let somebody correct how they are reached."""
    person = personal(token)
    form = ContactForm()
    return act_on_form(
        form,
        lambda: change_contact(
            db(), person, form.contact.data or "", now_of(foundation_of(person)), real_now()
        ),
        lambda entry: Done(
            _("We have your new contact.") if entry else _("That is what we have already."),
            url_for("my_shifts.show", token=token),
            own_act(personal(token)),
        ),
        lambda: render_template(
            "my_shifts/change_contact.html", token=token, person=person, form=form
        ),
    )
