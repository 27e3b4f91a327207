"""Notices: how one is told of deadlines, what would be told today, and one's own calendar."""

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from outreach.language import gettext as _
from outreach.planning.deadlines.choices import choice_of, choose, find_feed_token, renew_feed
from outreach.planning.deadlines.letters import list_own, say_as_text
from views.deadlines.forms import NoticeForm, notice_form
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import STAFF, VOLUNTEER, allow
from views.web.request import db, here, me, planning_now, real_now, site

blueprint = Blueprint("notices", __name__)


@blueprint.route("/notices", methods=["GET", "POST"])
@allow(VOLUNTEER)
def show() -> ResponseReturnValue:
    """Show and change how I am told."""
    form = notice_form(choice_of(db(), me()))
    return act_on_form(
        form,
        lambda: choose(db(), here(), me(), form.how.data, form.kinds(), real_now()),
        lambda entry: Done(_("Your notices are saved."), url_for("notices.show"), entry),
        lambda: _page(form),
    )


def _page(form: NoticeForm) -> str:
    choice, now = choice_of(db(), me()), planning_now()
    token = find_feed_token(choice, current_app.config["SECRET_KEY"])
    mine = list_own(db(), here(), me(), now, choice.kinds)
    return render_template(
        "deadlines/notices.html",
        form=form,
        own=say_as_text(mine, now),
        feed=_feed_address(token) if token else "",
    )


@blueprint.post("/notices/calendar")
@allow(STAFF)
def renew() -> ResponseReturnValue:
    """Make a calendar to subscribe to; the one before ends."""
    to = url_for("notices.show", _anchor="calendar")
    return act(
        lambda: renew_feed(db(), here(), me(), current_app.config["SECRET_KEY"], real_now()),
        lambda _entry: Done(_("Your calendar has a new address."), to),
        on_page(to),
    )


def _feed_address(token: str) -> str:
    host = site().partition("://")[2]
    return f"webcal://{host}{url_for('feeds.deadlines', calendar=token)}"
