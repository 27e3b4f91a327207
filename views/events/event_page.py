"""The page of one event, drawn from wherever a form of it is sent to."""

from flask import render_template, url_for

from models import Event, EventPlan
from outreach.accounts.roles import may
from outreach.planning.decisions.owners import may_own
from outreach.planning.decisions.readiness import find_readiness
from outreach.planning.dossier import open_dossier
from outreach.planning.history.lines import find_last_line
from outreach.planning.notes.notes import list_notes
from outreach.planning.run.run import open_run
from views.events.coverage_strip import draw_strips
from views.events.forms import DecisionForm, NoteForm, PlanForm
from views.web.guards import LEAD
from views.web.request import db, here, load, me, planning_now


def event_page(
    event_id: int,
    *,
    decision: DecisionForm | None = None,
    plan: PlanForm | None = None,
    note: NoteForm | None = None,
) -> str:
    """Draw it, with what was typed into one of its forms."""
    event = load(Event, event_id)
    dossier = open_dossier(db(), event, planning_now())
    may_edit = may(db(), LEAD, me(), event_id)
    run = open_run(db(), dossier, whole=may_edit)
    return render_template(
        "events/show.html",
        dossier=dossier,
        event=event,
        run=run,
        strips=draw_strips(run) if run else {},
        form=decision or DecisionForm(formdata=None),
        plan_form=plan or plan_form(event, dossier.plan),
        readiness=find_readiness(db(), here(), dossier, planning_now()) if may_edit else None,
        notes=list_notes(db(), event) if may_edit else [],
        note_form=note or NoteForm(formdata=None),
        pages=_pages(event_id) if may_edit else {},
        may_edit=may_edit,
        last=find_last_line(db(), here(), ("event", event_id), me()) if may_edit else None,
    )


def plan_form(event: Event, plan: EventPlan | None) -> PlanForm:
    """Return the form of who owns an event, filled in from its plan; what nobody owns is mine."""
    now = {"owner": plan and plan.owner_id or me().id, "next_on": plan and plan.next_on}
    form = PlanForm(formdata=None, data=now)
    form.offer(may_own(db(), event))
    return form


def _pages(event_id: int) -> dict[str, str]:
    """Lead from what is open to where it is settled, as far as the person may go there."""
    show = url_for("events.show", event_id=event_id)
    pages = {
        "brief": url_for("briefs.show", event_id=event_id),
        "checklist": url_for("checklists.show", event_id=event_id),
        "facts": url_for("events.edit", event_id=event_id),
        "hours": url_for("booths.hours", event_id=event_id),
        "roster": url_for("roster.show", event_id=event_id),
        **{word: f"{show}#{word}" for word in ("calls", "talks")},
    }
    if me().role == "staff":
        pages |= {
            "approvals": url_for("plans.approvals", event_id=event_id),
            "team": url_for("people.choose_team", event_id=event_id),
            **{word: f"{show}#{word}" for word in ("decide", "money", "plan")},
        }
    return pages
