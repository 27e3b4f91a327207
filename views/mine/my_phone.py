"""A telephone number for the day, asked of who has a shift and gave an address alone."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from outreach.language import gettext as _
from outreach.staffing.volunteers.day_phone import tell_number
from views.mine.personal import foundation_of, personal
from views.mine.sign_up_forms import DayPhoneForm
from views.web.act import Done, act_on_form
from views.web.guards import PUBLIC, allow
from views.web.request import db, real_now

blueprint = Blueprint("my_phone", __name__)


@blueprint.route("/my/<token>/phone", methods=["GET", "POST"])
@allow(PUBLIC)
def tell(token: str) -> ResponseReturnValue:
    """Show and keep the number."""
    person = personal(token)
    form, ours = DayPhoneForm(data={"phone": person.phone}), foundation_of(person)
    to = url_for("my_shifts.show", token=token)
    return act_on_form(
        form,
        lambda: tell_number(db(), ours, person, form.phone.data or "", real_now()),
        lambda entry: Done(_("Thank you. It is kept for who runs the booth."), to),
        lambda: render_template("my_shifts/phone.html", form=form, token=token, person=person),
    )
