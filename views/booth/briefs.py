"""Brief: what do I say, ask and show?"""

from io import BytesIO

import segno
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from models import Event, Issue
from outreach.accounts.history import Entry
from outreach.accounts.roles import may
from outreach.briefing import brief, changes, words
from outreach.language import gettext as _
from outreach.refusal import ChangedMeanwhile
from views.booth.forms.briefs import BriefForm
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import LEAD, STAFF, VOLUNTEER, allow
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

    def save() -> Entry | None:
        parts = {
            "points": words.read_points(form.points.data or ""),
            "questions": words.read_questions(form.questions.data or ""),
            "contacts": words.read_contacts(form.contacts.data or ""),
            "links": words.read_links(form.links.data or ""),
        }
        goal, seen = form.goal.data or "", form.seen_version()
        return words.save_words(
            db(), here(), event, goal, parts, me(), planning_now(), real_now(), seen
        )

    return act_on_form(
        form,
        save,
        lambda entry: Done(
            _("The brief has new words."), url_for("briefs.show", event_id=event_id), entry
        ),
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
def note_print(event_id: int) -> ResponseReturnValue:
    """Remember what was printed, so that later changes are marked."""
    event, to = load(Event, event_id), url_for("briefs.show", event_id=event_id)
    shown = brief.gather_brief(db(), event, planning_now().date())
    issues = [*shown.asks, *shown.further]
    now, real = planning_now(), real_now()

    def note() -> Entry:
        if request.form.get("stamp") != changes.stamp_print(issues, shown.words):
            raise ChangedMeanwhile(_("The brief has changed since you opened it. Print this one."))
        return changes.record_print(db(), here(), event, issues, shown.words, me(), now, real)

    said = _("Noted: this is what lies at the booth.")
    return act(note, lambda entry: Done(said, to, entry), on_page(to))


@blueprint.post("/events/<int:event_id>/brief/issues/<int:issue_id>")
@allow(STAFF)
def add_issue(event_id: int, issue_id: int) -> ResponseReturnValue:
    """Put an issue on the brief."""
    event, issue = load(Event, event_id), load(Issue, issue_id)
    said = _("%(issue)s is on the brief of %(event)s.", issue=issue.key, event=event.name)
    to = url_for("briefs.show", event_id=event_id)
    return act(
        lambda: brief.add_issue(db(), here(), event, issue, me(), real_now()),
        lambda entry: Done(said, to, entry),
        on_page(to),
    )


@blueprint.post("/events/<int:event_id>/brief/issues/<int:issue_id>/drop")
@allow(STAFF)
def drop_issue(event_id: int, issue_id: int) -> ResponseReturnValue:
    """Take an issue off the brief."""
    event, issue = load(Event, event_id), load(Issue, issue_id)
    said = _("%(issue)s is off the brief of %(event)s.", issue=issue.key, event=event.name)
    to = url_for("events.show", event_id=event_id)
    return act(
        lambda: brief.drop_issue(db(), here(), event, issue, me(), real_now()),
        lambda entry: Done(said, to, entry),
        on_page(to),
    )


def draw_qr(address: str) -> Markup:
    """Draw an address as an inline picture that prints in black and white."""
    picture = BytesIO()
    segno.make(address, error="m").save(
        picture, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=2, nl=False
    )
    # What segno draws is a path of its own making; no text of a user is in it.
    return Markup(picture.getvalue().decode())  # noqa: S704
