"""The public sign-up page: which shift can I take?"""

from collections.abc import Mapping, Sequence

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from models import Person, Shift
from outreach.accounts import limits
from outreach.accounts.tokens import new_token
from outreach.calendars.clock import say_either, say_list
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.refusal import Refused
from outreach.staffing.booth.booths import coordinators_of
from outreach.staffing.booth.of_trip import find_others_of_trip
from outreach.staffing.roster.choice import headline, sort_offers
from outreach.staffing.roster.mine import say_no_reminders
from outreach.staffing.roster.sign_up_list import ListedShift
from outreach.staffing.rules import NeedsReason
from outreach.staffing.sign_up_answers import keep_answers
from outreach.staffing.signups.locks import Gone
from outreach.staffing.signups.several import NoneTaken, Several, join_several
from outreach.staffing.signups.sign_up import Full, Joined, foresee, join
from outreach.staffing.volunteers import personal_links
from outreach.staffing.volunteers.ways_in import send_link
from views.mine import venue_words
from views.mine.personal import OWN, drop_token, keep_token
from views.mine.public_booth import PublicBooth, stand_of
from views.mine.sign_up_forms import SeveralForm, TakeForm
from views.mine.sign_up_rows import by_day, write_rows
from views.web.act import Done, act
from views.web.guards import PUBLIC, allow
from views.web.reach import sends
from views.web.request import db, read_on, real_now, write_on
from views.web.security import place

blueprint = Blueprint("sign_up", __name__)


def _say_joined(state: str, shift: str) -> str:
    match state:
        case "waiting":
            return _("You wait for %(shift)s. We ask you when a place comes free.", shift=shift)
        case "offered":
            return _("A place on %(shift)s is free for you: say yes below.", shift=shift)
        case _other:
            return _("%(shift)s is yours.", shift=shift)


@blueprint.get("/s/<code>")
@allow(PUBLIC)
def listing(code: str) -> Response:
    """List the shifts that can still be taken, those that need somebody most first."""
    stand = stand_of(code)
    day = venue_words.read_day(request.args.get("day", ""))
    offers = [] if stand.is_called_off else stand.offers()
    everything = sort_offers(offers, stand.booth_days)
    choice = sort_offers(offers, stand.booth_days, day) if day else everything
    own = venue_words.own_zone(stand.reader)
    page = render_template(
        "sign_up/listing.html",
        stand=stand,
        choice=choice,
        rows=write_rows(stand, choice.shown, own, day),
        day=day,
        headline=headline(everything, stand.zone),
        own=own,
        kept=venue_words.kept_zone(),
        form_key=new_token(),
        leads=coordinators_of(db(), stand.event)[:2],
        others=find_others_of_trip(db(), stand.event.id, stand.now.date()),
    )
    response = make_response(page)
    venue_words.keep_zone(response)
    return response


@blueprint.get("/s/<code>/zone")
@allow(PUBLIC)
def choose_zone(code: str) -> str:
    """Offer the zones, for a reader elsewhere whose browser did not say where it is."""
    stand = stand_of(code)
    return render_template(
        "sign_up/zone.html",
        back=url_for("sign_up.listing", code=stand.code),
        whose=(stand.title, stand.event.name),
        town=stand.town,
        zone=stand.zone_name,
        zones=venue_words.zones(),
    )


@blueprint.post("/s/<code>/forget")
@allow(PUBLIC)
def forget(code: str) -> AnyResponse:
    """Let the browser forget whom it knows, for somebody who borrows it."""
    response = redirect(url_for("sign_up.listing", code=stand_of(code).code), 303)
    drop_token(response)
    return response


@blueprint.get("/s/<code>/shifts/<int:shift_id>")
@allow(PUBLIC)
def ask(code: str, shift_id: int) -> Response:
    """Ask who wants this shift, and name the rules that it breaks."""
    stand = stand_of(code)
    offer = stand.find_offer(shift_id)
    if offer is None and db().get(Shift, shift_id) is not None:
        _shift_of(stand, shift_id)
    return _show(stand, offer, TakeForm.at(stand), 200 if offer else 410)


@blueprint.post("/s/<code>/shifts/<int:shift_id>")
@allow(PUBLIC)
def take(code: str, shift_id: int) -> ResponseReturnValue:
    """Take a place on the shift, or join its waiting list."""
    read_on()
    stand = stand_of(code, shift_id)
    form = TakeForm.at(stand)
    if not form.validate():
        return _show(stand, stand.find_offer(shift_id), form, 422)

    def rule() -> tuple[str, Joined, str]:
        shift, who, wish = _shift_of(stand, shift_id), form.who(stand.reader), form.wish(shift_id)
        asking = foresee(db(), stand.ground(shift), who, wish, stand.now)
        when = _say_shift(stand, shift)
        write_on()
        joined = join(db(), stand.foundation, shift, who, wish, stand.now, asking)
        if joined.is_elsewhere:
            return when, joined, ""  # what a stranger may have typed is nothing that they said
        if said := form.answered():
            keep_answers(db(), stand.booth, joined.person, said, stand.now)
        return when, joined, open_pages(stand, joined.person, joined.is_new)

    return act(
        rule,
        lambda done: _joined(stand, *done),
        lambda refusal: _refuse(stand, shift_id, form, refusal),
        in_crowd=True,
    )


def _say_how_reached(stand: PublicBooth, person: Person, is_new: bool) -> list[str]:
    """Say to a newcomer whom no mail reaches how they hear of changes, and what to keep."""
    if not is_new:
        return []
    by_phone = person.phone and not person.email
    said = [say_no_reminders(coordinators_of(db(), stand.event))] if by_phone else []
    if not sends(stand.foundation):
        said.append(_("Write the link below down; no mail is sent from here."))
    return said


def _joined(stand: PublicBooth, when: str, joined: Joined, token: str) -> Done:
    """Say what was taken, and let the browser know whose it is."""
    if joined.is_elsewhere:
        return _had_already(stand, when, joined.person)
    how = _say_how_reached(stand, joined.person, joined.is_new)
    return _to_own_pages([_say_joined(joined.sign_up.state, when), *how], token)


def _to_own_pages(said: Sequence[str], token: str) -> Done:
    """Lead on to the page of one's shifts, and let the browser know whose it is."""
    return Done(
        " ".join(said),
        url_for("my_shifts.show", token=token),
        then=None if token == OWN else lambda response: keep_token(response, token),
    )


def _had_already(stand: PublicBooth, when: str, theirs: Person) -> Done:
    """Say that the place is theirs since another browser took it; this one learns no link."""
    named = {"shift": when, "name": theirs.first_name}
    if send_link(db(), theirs, real_now()) and sends(stand.foundation):
        said = _("You have %(shift)s already, %(name)s. Your link is on its way by mail.", **named)
    else:
        leads = [one.first_name for one in coordinators_of(db(), stand.event)[:2]]
        named["leads"] = say_either(leads) or _("whoever runs the booth")
        said = _("You have %(shift)s already, %(name)s. Lost your link? Ask %(leads)s.", **named)
    return Done(said, url_for("sign_up.listing", code=stand.code))


@blueprint.get("/s/<code>/several")
@allow(PUBLIC)
def choose_several(code: str) -> Response:
    """List what can be taken with a tick for each shift, for one name and one button."""
    stand = stand_of(code)
    ticked = dict.fromkeys(request.args.getlist("shift", type=int), 0)
    return _show_several(stand, SeveralForm.at(stand), ticked)


@blueprint.post("/s/<code>/several")
@allow(PUBLIC)
def take_several(code: str) -> ResponseReturnValue:
    """Take all that was ticked, or what of it is free."""
    read_on()
    stand = stand_of(code)
    form = SeveralForm.at(stand)
    ticked = form.ticked()
    if not form.validate():
        return _show_several(stand, form, ticked, 422)

    def rule() -> tuple[Several, dict[int, str], str]:
        who, wish = form.who(stand.reader), form.wish(0)
        shifts = {number: _shift_of(stand, number) for number in ticked}
        said = {number: _say_shift(stand, one) for number, one in shifts.items()}
        write_on()
        done = join_several(db(), stand.foundation, stand.booth.id, ticked, who, wish, stand.now)
        if not done.taken:
            return done, said, ""
        keep_answers(db(), stand.booth, done.person, form.answered(), stand.now)
        return done, said, open_pages(stand, done.person, done.is_new)

    return act(
        rule,
        lambda done: _joined_several(stand, *done),
        lambda refusal: _refuse_several(stand, form, ticked, refusal),
        in_crowd=True,
    )


def _say_shift(stand: PublicBooth, shift: Shift) -> str:
    when = venue_words.say_when(shift.starts_at, shift.ends_at, stand.zone_name)
    return f"{when.day}, {when.span}"


def _joined_several(
    stand: PublicBooth, done: Several, names: Mapping[int, str], token: str
) -> Done:
    """Say which are theirs, and of each other why not."""
    had = [one for one in done.elsewhere if one.person_id != done.person.id]
    if not done.taken:
        theirs = db().get_one(Person, had[0].person_id)
        return _had_already(stand, say_list([names[one.shift_id] for one in had]), theirs)
    mine = [names[one.shift_id] for one in done.taken if one.state == "taken"]
    said = []
    if mine:
        said.append(ngettext("%(shifts)s is yours.", "%(shifts)s are yours.", len(mine),
                             shifts=say_list(mine)))  # fmt: skip
    for one in had:
        said.append(_("You had %(shift)s already.", shift=names[one.shift_id]))
    for number, refusal in done.refused.items():
        said.append(_say_not_theirs(names[number], refusal))
    how = _say_how_reached(stand, done.person, done.is_new)
    return _to_own_pages([*said, *how], token)


def _say_not_theirs(shift: str, refusal: Refused) -> str:
    """Say why one of the shifts is not theirs; most sentences name the shift by its start."""
    why = refusal.sentence
    if shift.rpartition(", ")[2].partition("–")[0] in why:
        return _("Not yours: %(why)s", why=why)
    return _("Not yours: %(shift)s. %(why)s", shift=shift, why=why)


def _refuse_several(
    stand: PublicBooth, form: SeveralForm, ticked: Mapping[int, int], refusal: Refused
) -> ResponseReturnValue:
    """Say why nothing was taken, of each shift its own sentence, with the ticks kept."""
    if not isinstance(refusal, NoneTaken):
        form.refuse(refusal)
        return _show_several(stand, form, ticked, refusal.status)
    return _show_several(stand, form, ticked, refusal.status, refusal.refused)


def _show_several(
    stand: PublicBooth,
    form: SeveralForm,
    ticked: Mapping[int, int],
    code: int = 200,
    refused: Mapping[int, Refused] | None = None,
) -> Response:
    """Show what can be taken by day, each with its tick; what asks for a look is taken alone."""
    offers = [] if stand.closed else stand.offers()
    free = [one for one in offers if one.can_be_taken and not one.breaches]
    page = render_template(
        "sign_up/several.html",
        stand=stand,
        form=form,
        days=by_day(free, stand.zone_name, venue_words.own_zone(stand.reader)),
        ticked=ticked,
        refused=refused or {},
        offers={one.id: one for one in offers},
        own=venue_words.own_zone(stand.reader),
    )
    return make_response(page, code)


def _shift_of(stand: PublicBooth, shift_id: int) -> Shift:
    """Return a shift of the booth; 404 where it is another's, Gone where it is nobody's."""
    shift = stand.shift or db().get(Shift, shift_id)
    if shift is None:
        raise Gone
    if shift.booth_id != stand.booth.id:
        g.foreign = ("shift", shift_id)
        abort(404)
    return shift


def open_pages(stand: PublicBooth, person: Person, is_new: bool) -> str:
    """Return what opens the person's pages; a newcomer is counted by where they come from."""
    if stand.known and stand.known.person is person:
        return stand.known.token
    most = current_app.config["SIGN_UPS_PER_PLACE"]
    if most and is_new:
        # Last of all: what it locks is shared by everybody in the hall.
        limits.count(db(), real_now(), limits.sign_ups_from_place(most), place())
    made = personal_links.issue if is_new else personal_links.copy
    return made(db(), person, current_app.config["SECRET_KEY"], real_now())


def _refuse(
    stand: PublicBooth, shift_id: int, form: TakeForm, refusal: Refused
) -> ResponseReturnValue:
    """Say why not, keep what was typed, and offer what can be done instead.

    What `stand` holds of the booth is good still.
    """
    offer = stand.find_offer(shift_id)
    if not isinstance(refusal, Full | NeedsReason):  # the page names these by itself
        form.refuse(refusal)
    response = _show(stand, offer, form, 409 if offer is None else refusal.status, refusal)
    if isinstance(refusal, limits.TooMany):
        response.headers["Retry-After"] = str(int(refusal.wait.total_seconds()) + 1)
    return response


def _show(
    stand: PublicBooth,
    offer: ListedShift | None,
    form: TakeForm,
    code: int,
    refusal: Refused | None = None,
) -> Response:
    """Show one shift with its form, and beside a full one the best of what is free."""
    breaches = offer.breaches if offer else ()
    if isinstance(refusal, NeedsReason):
        breaches = refusal.breaches
    best = None
    if offer is None or offer.is_full:
        best = stand.find_instead(offer.starts if offer else stand.now)
    page = render_template(
        "sign_up/shift.html",
        stand=stand,
        offer=offer,
        form=form,
        refusal=refusal,
        breaches=breaches,
        best=best,
        own=venue_words.own_zone(stand.reader),
    )
    return make_response(page, code)
