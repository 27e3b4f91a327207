"""Brief: what do I say, ask and show?"""

from io import BytesIO

import segno
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response

from models import BriefPrint, Event, Issue
from outreach.accounts.roles import may
from outreach.briefing import brief, changes, words
from views.booth.forms.briefs import BriefForm
from views.web.act import Done, act_on_form
from views.web.guards import LEAD, STAFF, VOLUNTEER, allow
from views.web.page import tell
from views.web.request import db, here, load, me, planning_now, real_now

blueprint = Blueprint("briefs", __name__)


@blueprint.get("/events/<int:event_id>/brief")
@allow(VOLUNTEER)
def show(event_id: int) -> str:
    """Show the page that people carry to the booth."""
    event = load(Event, event_id)
    shown = brief.gather_brief(db(), event, planning_now().date())
    return render_template(
        "briefs/show.html",
        brief=shown,
        stamp=changes.stamp_print([*shown.asks, *shown.further], shown.words),
        event=event,
        printed=planning_now(),
        qr=draw_qr,
        may_edit=may(db(), LEAD, me(), event_id),
    )


@blueprint.route("/events/<int:event_id>/brief/edit", methods=["GET", "POST"])
@allow(LEAD)
def edit(event_id: int) -> ResponseReturnValue:
    """Write the brief's own words."""
    event = load(Event, event_id)
    form = BriefForm(data=_typed(event))

    def save() -> None:
        parts = {
            "points": words.read_points(form.points.data or ""),
            "questions": words.read_questions(form.questions.data or ""),
            "contacts": words.read_contacts(form.contacts.data or ""),
            "links": words.read_links(form.links.data or ""),
        }
        goal, seen = form.goal.data or "", form.seen_version()
        words.save_words(db(), here(), event, goal, parts, me(), planning_now(), real_now(), seen)

    return act_on_form(
        form,
        save,
        lambda _: Done("The brief has new words.", url_for("briefs.show", event_id=event_id)),
        lambda: render_template("briefs/form.html", form=form, event=event),
        now=lambda: BriefForm(formdata=None, data=_typed(event)),
    )


def _typed(event: Event) -> dict[str, object]:
    """Spell the words as they are now, the way they are typed."""
    stored = brief.find_words(db(), event)
    version = brief.find_version(db(), event)
    return {"goal": stored.goal, "version": version, **words.write_lines(stored)}


@blueprint.post("/events/<int:event_id>/brief/printed")
@allow(STAFF)
def note_print(event_id: int) -> Response:
    """Remember what was printed, so that later changes are marked."""
    event = load(Event, event_id)
    shown = brief.gather_brief(db(), event, planning_now().date())
    issues = [*shown.asks, *shown.further]
    if request.form.get("stamp") != changes.stamp_print(issues, shown.words):
        tell("The brief has changed since you opened it. Print this one.", refused=True)
        return redirect(url_for("briefs.show", event_id=event_id))
    printed = changes.record_print(
        db(), here(), event, issues, shown.words, me(), planning_now(), real_now()
    )
    db().commit()
    undo_url = url_for("briefs.forget_print", event_id=event_id, print_id=printed.id)
    tell("Noted: this is what lies at the booth.", undo_url)
    return redirect(url_for("briefs.show", event_id=event_id))


@blueprint.post("/events/<int:event_id>/brief/printed/<int:print_id>/drop")
@allow(STAFF)
def forget_print(event_id: int, print_id: int) -> Response:
    """Take back that it was printed."""
    event, printed = load(Event, event_id), db().get(BriefPrint, print_id)
    if printed is None or printed.event_id != event.id:
        abort(404)
    changes.forget_print(db(), here(), printed, me(), real_now())
    db().commit()
    tell("Undone: it was not printed.")
    return redirect(url_for("briefs.show", event_id=event_id))


@blueprint.post("/events/<int:event_id>/brief/issues/<int:issue_id>")
@allow(STAFF)
def add_issue(event_id: int, issue_id: int) -> Response:
    """Put an issue on the brief."""
    event, issue = load(Event, event_id), load(Issue, issue_id)
    brief.add_issue(db(), here(), event, issue, me(), real_now())
    db().commit()
    undo_url = url_for("briefs.drop_issue", event_id=event_id, issue_id=issue_id)
    tell(f"{issue.key} is on the brief of {event.name}.", undo_url)
    return redirect(url_for("briefs.show", event_id=event_id))


@blueprint.post("/events/<int:event_id>/brief/issues/<int:issue_id>/drop")
@allow(STAFF)
def drop_issue(event_id: int, issue_id: int) -> Response:
    """Take an issue off the brief."""
    event, issue = load(Event, event_id), load(Issue, issue_id)
    brief.drop_issue(db(), here(), event, issue, me(), real_now())
    db().commit()
    undo_url = url_for("briefs.add_issue", event_id=event_id, issue_id=issue_id)
    tell(f"{issue.key} is off the brief of {event.name}.", undo_url)
    return redirect(url_for("events.show", event_id=event_id))


def draw_qr(address: str) -> Markup:
    """Draw an address as an inline picture that prints in black and white."""
    picture = BytesIO()
    segno.make(address, error="m").save(
        picture, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=2, nl=False
    )
    # What segno draws is a path of its own making; no text of a user is in it.
    return Markup(picture.getvalue().decode())  # noqa: S704
