"""Links to hand over: right after an act, for those whom no mail tells."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from outreach.calendars.clock import say_count
from outreach.language import gettext as _
from outreach.messages.handing_over import HandedOver, hand_over_all
from views.web.guards import STAFF, allow
from views.web.reach import MOST_LETTERS
from views.web.request import db, here, me, read_key, real_now, site
from worker import mail

blueprint = Blueprint("handing_over", __name__)


@blueprint.post("/outbox/links")
@allow(STAFF)
def links() -> ResponseReturnValue:
    """Show the links of these letters, once, as one text to copy."""
    letters = [read_key(one) for one in request.form.getlist("letter")[:MOST_LETTERS]]
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own
    given = hand_over_all(db(), here(), letters, mail.writer(app, site()), real_now(), me())
    db().commit()
    return render_template(
        "outbox/links.html",
        given=given,
        headline=say_count("%(Number)s link to hand over.", "%(Number)s links to hand over.",
                           len(given)) if given else _("No link is left to hand over."),
        text="\n\n".join(map(_say, given)),
        tall=3 * len(given),
    )  # fmt: skip


def _say(one: HandedOver) -> str:
    """Say whose link it is, what it is about, and the link, as a message to them begins."""
    return f"{one.name}: {one.subject}\n{one.link}"
