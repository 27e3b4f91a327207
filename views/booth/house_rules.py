"""The foundation's rules for all its booths: when somebody has experience, who is thanked."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from outreach.language import gettext as _
from outreach.staffing.house_rules import set_house_rules
from views.booth.forms.house_rules import house_rules_form
from views.web.act import Done, act_on_form
from views.web.guards import STAFF, allow
from views.web.request import db, here, me, real_now

blueprint = Blueprint("house_rules", __name__)


@blueprint.route("/booths/rules", methods=["GET", "POST"])
@allow(STAFF)
def rules() -> ResponseReturnValue:
    """Show and change the rules."""
    form, to = house_rules_form(here()), url_for("house_rules.rules")
    return act_on_form(
        form,
        lambda: set_house_rules(db(), here(), form.given(), me(), real_now()),
        lambda entry: Done(_("The rules are saved."), to, entry),
        lambda: render_template("booths/house_rules.html", form=form),
    )
