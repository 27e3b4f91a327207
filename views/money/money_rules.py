"""The foundation's own rules about money: days, per-diem, caps."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from outreach.planning.money.rules import set_rules
from views.money.forms import rules_form
from views.web.act import Done, act_on_form
from views.web.guards import STAFF, allow
from views.web.request import db, here, me, real_now

blueprint = Blueprint("money_rules", __name__)


@blueprint.route("/money/rules", methods=["GET", "POST"])
@allow(STAFF)
def rules() -> ResponseReturnValue:
    """Show and change the rules."""
    form, to = rules_form(here()), url_for("money_rules.rules")
    return act_on_form(
        form,
        lambda: set_rules(db(), here(), form.given(here().currency), me(), real_now()),
        lambda entry: Done("The rules are saved.", to, entry),
        lambda: render_template("money/rules.html", form=form),
    )
