"""One shift at a time: added, changed, cancelled and restored; and the rules of the booth."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Event, Shift
from outreach.accounts.history import Entry
from outreach.calendars.clock import say_start
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.refusal import Refused
from outreach.staffing.booth.booths import change_rules, find_booth, list_kinds, zone_of
from outreach.staffing.booth.drawing import Drawn
from outreach.staffing.reach.load import load_reach
from outreach.staffing.reach.rule import tells_any
from outreach.staffing.rules import Rules, rules_of
from outreach.staffing.signups.batches.draw import add_shifts
from outreach.staffing.signups.change_shift import cancel_shift, change_shift, list_on_shift
from outreach.staffing.signups.locks import held
from views.booth.booth_rows import event_here, shift_of
from views.booth.booths import ask_place, days_of, segments_here
from views.booth.forms.booths import RulesForm, ShiftForm, typed_rules, typed_shift
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import LEAD, allow
from views.web.reach import reach_people
from views.web.request import db, me, planning_now, real_now

blueprint = Blueprint("shifts", __name__)


@blueprint.route("/events/<int:event_id>/shifts/new", methods=["GET", "POST"])
@allow(LEAD)
def new(event_id: int) -> ResponseReturnValue:
    """Add one shift, once it is known by which clock its time is."""
    event = event_here(event_id)
    if request.method == "GET" and (asks := ask_place(event)):
        return asks
    booth = find_booth(db(), event_id)
    rules = rules_of(booth.rules if booth else {})
    kinds = list_kinds(db(), booth) if booth else []
    form = ShiftForm.of(kinds, {"min_people": rules.min_people, "max_people": rules.max_people})

    def add() -> Entry:
        facts = form.facts(days_of(event), zone_of(event), segments_here())
        times = {"starts": facts.pop("starts_at"), "ends": facts.pop("ends_at")}
        own = facts.pop("own_kind_id", None)
        named = next((one.name for one in kinds if one.id == own), "")
        drawn = Drawn(**facts | times | {"needs": tuple(facts["needs"]), "own_kind": named})
        return add_shifts(db(), event, [drawn], me(), planning_now(), real_now())

    return act_on_form(
        form,
        add,
        lambda entry: _done(event, _("The shift is added."), entry),
        lambda: _form_page(event_here(event_id), None, form),
    )


@blueprint.route("/events/<int:event_id>/shifts/<int:shift_id>/edit", methods=["GET", "POST"])
@allow(LEAD)
def edit(event_id: int, shift_id: int) -> ResponseReturnValue:
    """Change one shift; people who are on it are told of other times."""
    event = event_here(event_id)
    shift, zone = shift_of(event, shift_id), zone_of(event)
    kinds = list_kinds(db(), shift.booth)
    form = ShiftForm.of(kinds, typed_shift(shift, zone, segments_here()))

    def change() -> Entry:
        if form.seen.data != str(shift.sequence):
            form.seen.data = shift.sequence
            raise MovedMeanwhile
        facts = form.facts(days_of(event), zone, segments_here())
        return change_shift(db(), shift, facts, me(), planning_now(), real_now())

    return act_on_form(
        form,
        change,
        lambda entry: _done(event, _("%(shift)s is changed.", shift=_label(event, shift)), entry),
        lambda: _form_page(event_here(event_id), shift_of(event, shift_id), form),
    )


@blueprint.post("/events/<int:event_id>/shifts/<int:shift_id>/cancel")
@allow(LEAD)
def cancel(event_id: int, shift_id: int) -> ResponseReturnValue:
    """Cancel one shift; where somebody is on it, it is shown first who is mailed and called."""
    event = event_here(event_id)
    shift, why = shift_of(event, shift_id), request.form.get("told_why", "")
    if "sure" not in request.form and (told := list_on_shift(db(), shift)):
        return _ask_first(event, shift, told)
    return act(
        lambda: cancel_shift(db(), shift, me(), planning_now(), real_now(), why),
        lambda entry: _done(event, _("%(shift)s is cancelled.", shift=_label(event, shift)), entry),
        on_page(url_for("booths.show", event_id=event_id)),
    )


def _say_counting(shift: str, on: int, waiting: int) -> str:
    """Say how many are on a shift and how many wait for it."""
    said = [
        ngettext("%(num)s person is on %(shift)s.", "%(num)s people are on %(shift)s.",
                 on, shift=shift) if on else "",
        ngettext("%(num)s person waits for %(shift)s.", "%(num)s people wait for %(shift)s.",
                 waiting, shift=shift) if waiting else "",
    ]  # fmt: skip
    return " ".join(filter(None, said))


def _ask_first(event: Event, shift: Shift, told: dict[int, str]) -> str:
    people, on = reach_people(told), held(db(), shift)
    return render_template(
        "booths/cancel.html",
        event=event,
        shift=shift,
        headline=_say_counting(_label(event, shift), min(on, len(told)), max(0, len(told) - on)),
        people=people,
        tells=tells_any(people),
        facts=load_reach(db(), told),
    )  # fmt: skip


@blueprint.route("/events/<int:event_id>/booth/rules", methods=["GET", "POST"])
@allow(LEAD)
def rules(event_id: int) -> ResponseReturnValue:
    """Show and change the rules of the booth; those that differ from the defaults are marked."""
    event, booth = event_here(event_id), find_booth(db(), event_id)
    present = rules_of(booth.rules if booth else {})
    form = RulesForm(data=typed_rules(present))

    def page() -> str:
        return render_template(
            "booths/rules.html",
            event=event_here(event_id),
            form=form,
            defaults=typed_rules(Rules()),
            present=typed_rules(present),
        )

    return act_on_form(
        form,
        lambda: change_rules(db(), event, form.rules(), me(), real_now()),
        lambda entry: _ruled(event, entry),
        page,
    )


@blueprint.post("/events/<int:event_id>/booth/rules/reset")
@allow(LEAD)
def reset_rules(event_id: int) -> ResponseReturnValue:
    """Return to the defaults."""
    event = event_here(event_id)
    return act(
        lambda: change_rules(db(), event, Rules(), me(), real_now()),
        lambda entry: _ruled(event, entry),
        on_page(url_for("shifts.rules", event_id=event_id)),
    )


def _ruled(event: Event, entry: Entry) -> Done:
    to = url_for("shifts.rules", event_id=event.id)
    return Done(_("The rules of this booth are saved."), to, entry)


class MovedMeanwhile(Refused):
    """Somebody else gave the shift another time since the form was opened on it."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Somebody moved this shift meanwhile: look at its time again."))


def _label(event: Event, shift: Shift) -> str:
    return say_start(shift.starts_at, zone_of(event))


def _done(event: Event, sentence: str, entry: Entry) -> Done:
    return Done(sentence, url_for("booths.show", event_id=event.id), entry)


def _form_page(event: Event, shift: Shift | None, form: ShiftForm) -> str:
    return render_template(
        "booths/shift.html",
        event=event,
        shift=shift,
        form=form,
        people=reach_people(list_on_shift(db(), shift)) if shift else [],
        segments=segments_here(),
    )
