"""A booth: its shifts drawn from the exhibitor's hours, the batches of them, its sign-up page."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from models import Booth, Event, Segment, Shift
from outreach.accounts.history import Entry
from outreach.calendars.clock import say_count, say_days, say_length
from outreach.catalog.edit import edit_event, find_town
from outreach.catalog.places.event_place import offered_places
from outreach.language import gettext as _
from outreach.planning.clocks import say_kept
from outreach.planning.editions.shifts import find_last_plan
from outreach.planning.history.lines import find_last_line
from outreach.planning.season.booth_gaps import find_staffing
from outreach.refusal import Refused
from outreach.staffing.booth.booths import (
    find_booth,
    open_sign_up,
    say_off,
    sign_up_opens_at,
    waits_for_place,
    zone_of,
)
from outreach.staffing.booth.drawing import say_shifts
from outreach.staffing.booth.hours import from_stored
from outreach.staffing.booth.needs import KnownSegment
from outreach.staffing.booth.of_trip import find_others_of_trip
from outreach.staffing.reach.load import load_reach
from outreach.staffing.roster.booth_days import (
    days_of_drawn,
    find_cancellings,
    list_days,
    say_standing,
    standing_in,
)
from outreach.staffing.roster.load import count_shifts
from outreach.staffing.rules import rules_of
from outreach.staffing.signups.batches.draw import Changed, Outlook, Wanted, draw, look_ahead
from outreach.staffing.signups.batches.take_back import list_batches, list_told, remove_batch
from views.booth.booth_rows import booth_of, event_here
from views.booth.briefs import draw_qr
from views.booth.forms.booths import DrawForm, typed_hours, typed_plan
from views.plan.forms.places import TownForm
from views.web.act import Done, act, act_on_form, beside, look_on_form, on_page
from views.web.guards import LEAD, allow
from views.web.request import db, here, me, planning_now, real_now, site

blueprint = Blueprint("booths", __name__)


@blueprint.get("/events/<int:event_id>/booth")
@allow(LEAD)
def show(event_id: int) -> str:
    """Show the shifts of the booth, and what can be done with them."""
    event = event_here(event_id)
    booth = find_booth(db(), event_id)
    days = list_days(db(), booth, zone_of(event)) if booth else []
    staffing = find_staffing(db(), [event_id], planning_now()).get(event_id)
    return render_template(
        "booths/show.html",
        event=event,
        booth=booth,
        zone=zone_of(event),
        days=days,
        outside=staffing.outside if staffing else "",
        standing=standing_in(days),
        headline=(booth and say_off(db(), event)) or say_standing(days),
        opens=sign_up_opens_at(booth, event) if booth else None,
        cancellings=find_cancellings(db(), booth) if booth else {},
        last=find_last_line(db(), here(), ("booth", booth.id), me()) if booth else None,
    )


@blueprint.get("/events/<int:event_id>/booth/draw")
@allow(LEAD)
def hours(event_id: int) -> str:
    """Ask for the hours: those of the booth, else every day of the event to begin with."""
    event, booth = event_here(event_id), find_booth(db(), event_id)
    typed = typed_hours(booth, days_of(event), rules_of(booth.rules if booth else {}))
    if not (booth and count_shifts(db(), Shift.booth_id == booth.id)):
        typed |= _last_plan(event)
    return _draw_page(event, booth, DrawForm(data=typed))


@blueprint.post("/events/<int:event_id>/booth/preview")
@allow(LEAD)
def preview(event_id: int) -> ResponseReturnValue:
    """Show what drawing would do; nothing is stored."""
    event, booth, form = event_here(event_id), find_booth(db(), event_id), DrawForm()
    return look_on_form(
        form,
        lambda: _outlook(event, form),
        lambda outlook: _draw_page(event, booth, form, outlook),
        lambda: _draw_page(event, booth, form),
    )


@blueprint.post("/events/<int:event_id>/booth/draw")
@allow(LEAD)
def run(event_id: int) -> ResponseReturnValue:
    """Draw the shifts, or change those that stand as the preview said."""
    event, form = event_here(event_id), DrawForm()
    seen = form.seen.data or ""

    def page() -> str:
        return _draw_page(event_here(event_id), find_booth(db(), event_id), form)

    if not form.validate():
        return page(), 422
    return act(
        lambda: draw(db(), event, _wanted(event, form), seen, me(), planning_now(), real_now()),
        lambda entry: Done(_said(entry.detail), url_for("booths.show", event_id=event_id), entry),
        lambda refusal: _not_drawn(event_here(event_id), form, refusal, page),
    )


@blueprint.post("/events/<int:event_id>/booth/city")
@allow(LEAD)
def settle_town(event_id: int) -> ResponseReturnValue:
    """Take the town whose clock the hours are by; one of several is asked for next."""
    event, town = event_here(event_id), TownForm()

    def rule() -> Entry | None:
        facts = find_town(event, town.city.data or "", town.country.data or event.country)
        return edit_event(db(), here(), event, facts, town.seen_version(), me(), real_now())

    def done(entry: Entry | None) -> Done:
        kept = say_kept(db(), entry.detail["rows"]) if entry is not None else ""
        named = {"name": event.name, "city": event.city or ""}
        known = event.timezone and _("%(name)s is in %(city)s.", **named)
        to = url_for("booths.hours", event_id=event_id)
        return Done(" ".join(filter(None, (known, kept))), to, entry)

    def page() -> str:
        event, booth = event_here(event_id), find_booth(db(), event_id)
        return _draw_page(event, booth, DrawForm(formdata=None), town=town)

    return act_on_form(town, rule, done, page)


@blueprint.get("/events/<int:event_id>/booth/batches")
@allow(LEAD)
def batches(event_id: int) -> str:
    """List what was drawn and pasted, each with its way back."""
    event = event_here(event_id)
    found = list_batches(db(), booth_of(event))
    return render_template(
        "booths/batches.html", event=event, batches=found, headline=_say_batches(len(found))
    )


@blueprint.get("/events/<int:event_id>/booth/batches/<batch>/remove")
@allow(LEAD)
def ask_removal(event_id: int, batch: str) -> str:
    """Say what removing a batch means for people before it is done."""
    event = event_here(event_id)
    booth = booth_of(event)
    chosen = next((one for one in list_batches(db(), booth) if one.key == batch), None)
    return render_template(
        "booths/remove.html",
        event=event,
        zone=zone_of(event),
        batch=chosen or abort(404),
        told=list_told(db(), booth, batch),
    )


@blueprint.post("/events/<int:event_id>/booth/batches/<batch>/remove")
@allow(LEAD)
def remove(event_id: int, batch: str) -> ResponseReturnValue:
    """Remove a batch that the history does not tell of; who is on its shifts is told."""
    event = event_here(event_id)
    booth = booth_of(event)
    to = url_for("booths.show", event_id=event_id)
    if not any(one.key == batch for one in list_batches(db(), booth)):
        abort(404)
    return act(
        lambda: remove_batch(db(), event, booth, batch, me(), planning_now(), real_now()),
        lambda entry: Done(_("The shifts are removed."), to, entry),
        on_page(to),
    )


@blueprint.get("/events/<int:event_id>/booth/share")
@allow(LEAD)
def share(event_id: int) -> str:
    """Give the link of the sign-up page: to copy, as a QR code, as words for a chat."""
    return _share_page("booths/share.html", event_id)


@blueprint.post("/events/<int:event_id>/booth/open")
@allow(LEAD)
def open_now(event_id: int) -> ResponseReturnValue:
    """Open sign-up at once, where its rule opens it later."""
    event, to = event_here(event_id), url_for("booths.share", event_id=event_id)
    return act(
        lambda: open_sign_up(db(), event, me(), planning_now(), real_now()),
        lambda entry: Done(_("Sign-up is open."), to, entry),
        on_page(to),
    )


@blueprint.get("/events/<int:event_id>/booth/poster")
@allow(LEAD)
def poster(event_id: int) -> str:
    """Show the page to print and hang up."""
    return _share_page("booths/poster.html", event_id)


def days_of(event: Event) -> tuple[date, date]:
    return event.starts_on, event.ends_on


def ask_place(event: Event) -> ResponseReturnValue | None:
    """Lead to the question where it is, while shifts have to wait for the answer."""
    asks = url_for("booths.hours", event_id=event.id)
    return redirect(asks, 303) if waits_for_place(event) else None


def segments_here() -> list[KnownSegment]:
    rows = db().execute(
        select(Segment.slug, Segment.short_name, Segment.name)
        .where(Segment.foundation_id == here().id)
        .order_by(Segment.short_name)
    )
    return [KnownSegment(*row) for row in rows]


def public_address(booth: Booth) -> str:
    """Return the whole address of the sign-up page."""
    return site() + url_for("sign_up.listing", code=booth.code)


def _last_plan(event: Event) -> dict[str, Any]:
    """Return how the last edition cut its hours, where that is known."""
    plan = find_last_plan(db(), event)
    return typed_plan(plan, segments_here()) if plan else {}


def _draw_page(
    event: Event,
    booth: Booth | None,
    form: DrawForm,
    outlook: Outlook | None = None,
    town: TownForm | None = None,
) -> str:
    stands = bool(booth and from_stored(booth.hours))
    return render_template(
        "booths/draw.html",
        event=event,
        zone=zone_of(event),
        waits=waits_for_place(event),
        places=offered_places(event),
        town=town or TownForm(formdata=None, obj=event),
        form=form,
        outlook=outlook,
        reach=load_reach(db(), outlook.difference.told) if outlook else {},
        days=days_of_drawn(outlook.shifts, zone_of(event)) if outlook else [],
        stands=stands,
        segments=segments_here(),
        say_length=say_length,
    )


def _wanted(event: Event, form: DrawForm) -> Wanted:
    return form.wanted(days_of(event), segments_here())


def _outlook(event: Event, form: DrawForm) -> Outlook:
    return look_ahead(db(), event, _wanted(event, form), planning_now())


def _not_drawn(
    event: Event, form: DrawForm, refusal: Refused, page: Callable[[], str]
) -> ResponseReturnValue:
    """Show the difference again where it is another one by now, else the sentence."""
    if not isinstance(refusal, Changed):
        return beside(form, page)(refusal)
    form.refuse(refusal)
    return _draw_page(event, find_booth(db(), event.id), form, _outlook(event, form))


def _say_batches(count: int) -> str:
    """Say how often shifts were drawn or pasted."""
    if not count:
        return _("Nothing is drawn yet.")
    return say_count(
        "Shifts were drawn or pasted once.", "Shifts were drawn or pasted %(number)s times.", count
    )


def _said(detail: dict[str, Any]) -> str:
    """Say what was drawn: "15 shifts drawn, 2 moved, 1 removed."."""
    drawn, moved, removed = len(detail["added"]), detail["moved"], detail["removed"]
    parts = [_("%(shifts)s drawn", shifts=say_shifts(drawn))] if drawn else []
    if moved:
        first = _("%(shifts)s moved", shifts=say_shifts(moved))
        parts.append(_("%(count)s moved", count=moved) if parts else first)
    if removed:
        first = _("%(shifts)s removed", shifts=say_shifts(removed))
        parts.append(_("%(count)s removed", count=removed) if parts else first)
    if not parts:
        return _("The booth is saved; its shifts stay as they are.")
    return f"{', '.join(parts)}."


def _invite(event: Event, address: str) -> str:
    """Say in a chat where we are, and what somebody can do there."""
    days = say_days(event.starts_on, event.ends_on)
    named = {"foundation": here().name, "event": event.name, "days": days, "city": event.city}
    where = (
        _("%(foundation)s is at %(event)s, %(days)s in %(city)s.", **named)
        if event.city
        else _("%(foundation)s is at %(event)s, %(days)s.", **named)
    )
    take = _("Take a shift at our booth, two hours are enough: %(address)s", address=address)
    return f"{where} {take}\n{_('No account, just your name and one way to reach you.')}"


def _frame(event: Event, booth: Booth) -> str:
    """Return the line with which another site shows what still misses somebody."""
    line = Markup('<iframe src="{}" title="{}" width="100%" height="600" loading="lazy"></iframe>')
    title = _("%(foundation)s booth", foundation=here().name)
    address = site() + url_for("gaps.show", code=booth.code)
    return str(line.format(address, f"{title}, {event.name}"))


def _share_page(template: str, event_id: int) -> str:
    event = event_here(event_id)
    booth = booth_of(event)
    return render_template(
        template,
        event=event,
        booth=booth,
        zone=zone_of(event),
        address=public_address(booth),
        invitation=_invite(event, public_address(booth)),
        frame=_frame(event, booth),
        others=find_others_of_trip(db(), event.id, planning_now().date()),
        qr=draw_qr,
        opens=sign_up_opens_at(booth, event),
        off=say_off(db(), event),
    )
