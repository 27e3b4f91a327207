"""One shift at a time: added, changed, cancelled and restored; and the rules of the booth."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Event, Shift
from outreach.accounts.history import Entry
from outreach.refusal import Refused
from outreach.staffing.booth.booths import find_booth, zone_of
from outreach.staffing.booth.drawing import Drawn
from outreach.staffing.booth.rule_changes import change_rules
from outreach.staffing.rules.breaches import Rules, rules_of
from outreach.staffing.rules.venue_time import say_start
from outreach.staffing.signups.change_shift import cancel_shift, change_shift
from outreach.staffing.signups.draw_batch import add_shifts
from views.booth.booth_rows import event_here, shift_of
from views.booth.booths import days_of, segments_here
from views.booth.forms.booths import RulesForm, ShiftForm, typed_rules, typed_shift
from views.web.guards import LEAD, allow
from views.web.page import tell
from views.web.request import db, me, planning_now, real_now

blueprint = Blueprint("shifts", __name__)


@blueprint.route("/events/<int:event_id>/shifts/new", methods=["GET", "POST"])
@allow(LEAD)
def new(event_id: int) -> ResponseReturnValue:
    """Add one shift."""
    event = event_here(event_id)
    booth = find_booth(db(), event_id)
    rules = rules_of(booth.rules if booth else {})
    form = ShiftForm(data={"min_people": rules.min_people, "max_people": rules.max_people})
    if form.validate_on_submit():
        try:
            facts = form.facts(days_of(event), zone_of(event), segments_here())
            times = {"starts": facts.pop("starts_at"), "ends": facts.pop("ends_at")}
            drawn = Drawn(**facts | times | {"needs": tuple(facts["needs"])})
            entry = add_shifts(db(), event, [drawn], me(), planning_now(), real_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _done(event, "The shift is added.", entry)
    return _form_page(event, None, form)


@blueprint.route("/events/<int:event_id>/shifts/<int:shift_id>/edit", methods=["GET", "POST"])
@allow(LEAD)
def edit(event_id: int, shift_id: int) -> ResponseReturnValue:
    """Change one shift; people who are on it are told of other times."""
    event = event_here(event_id)
    shift, zone = shift_of(event, shift_id), zone_of(event)
    form = ShiftForm(data=typed_shift(shift, zone, segments_here()))
    if form.validate_on_submit():
        if form.seen.data != str(shift.sequence):
            form.refuse(Refused("Somebody moved this shift meanwhile: look at its time again."))
            form.seen.data = shift.sequence
            return _form_page(event, shift, form, 409)
        try:
            facts = form.facts(days_of(event), zone, segments_here())
            entry = change_shift(db(), shift, facts, me(), planning_now(), real_now())
        except Refused as refusal:
            db().rollback()
            form.refuse(refusal)
        else:
            return _done(event, f"{_label(event, shift)} is changed.", entry)
    return _form_page(event_here(event_id), shift_of(event, shift_id), form)


@blueprint.post("/events/<int:event_id>/shifts/<int:shift_id>/cancel")
@allow(LEAD)
def cancel(event_id: int, shift_id: int) -> ResponseReturnValue:
    """Cancel one shift; everybody on it is told."""
    event = event_here(event_id)
    shift = shift_of(event, shift_id)
    try:
        entry = cancel_shift(db(), shift, me(), planning_now(), real_now())
    except Refused as refusal:
        return _refused(event_id, refusal)
    return _done(event, f"{_label(event, shift)} is cancelled.", entry)


@blueprint.route("/events/<int:event_id>/booth/rules", methods=["GET", "POST"])
@allow(LEAD)
def rules(event_id: int) -> ResponseReturnValue:
    """Show and change the rules of the booth; those that differ from the defaults are marked."""
    event, booth = event_here(event_id), find_booth(db(), event_id)
    present = rules_of(booth.rules if booth else {})
    form = RulesForm(data=typed_rules(present))
    if form.validate_on_submit():
        try:
            wanted = form.rules()
            return _save_rules(event, wanted)
        except Refused as refusal:
            form.refuse(refusal)
    page = render_template(
        "booths/rules.html",
        event=event,
        form=form,
        defaults=typed_rules(Rules()),
        present=typed_rules(present),
    )
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/events/<int:event_id>/booth/rules/reset")
@allow(LEAD)
def reset_rules(event_id: int) -> ResponseReturnValue:
    """Return to the defaults."""
    return _save_rules(event_here(event_id), Rules())


def _save_rules(event: Event, wanted: Rules) -> ResponseReturnValue:
    event_id = event.id
    entry = change_rules(db(), event, wanted, me(), planning_now(), real_now())
    db().commit()
    tell("The rules of this booth are saved.", entry=entry)
    return redirect(url_for("shifts.rules", event_id=event_id), 303)


def _label(event: Event, shift: Shift) -> str:
    return say_start(shift.starts_at, zone_of(event))


def _done(event: Event, sentence: str, entry: Entry) -> ResponseReturnValue:
    event_id = event.id
    db().commit()
    tell(sentence, entry=entry)
    return redirect(url_for("booths.show", event_id=event_id), 303)


def _refused(event_id: int, refusal: Refused) -> ResponseReturnValue:
    db().rollback()
    tell(refusal.sentence, refused=True)
    return redirect(url_for("booths.show", event_id=event_id), 303)


def _form_page(
    event: Event, shift: Shift | None, form: ShiftForm, status: int = 422
) -> ResponseReturnValue:
    page = render_template(
        "booths/shift.html", event=event, shift=shift, form=form, segments=segments_here()
    )
    return (page, status) if form.is_submitted() else page
