"""Money: who asked for what, what is approved, spent and paid, and what the season may cost."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Event, MoneyRequest, Person
from models.money import STEPS as AMOUNTS
from outreach.accounts.history import find_fresh
from outreach.amounts.money import Money
from outreach.costs.sums import amount_of, rate_of, said_of
from outreach.language import gettext as _
from outreach.planning.history.lines import find_last_line
from outreach.planning.money import told
from outreach.planning.money.caps import find_caps, season_cap, year_of
from outreach.planning.money.half_event import say_less_than_half
from outreach.planning.money.listed import list_requests
from outreach.planning.money.loading import load_requests, open_request
from outreach.planning.money.requests import ask, change
from outreach.planning.money.rules import rules_of
from outreach.planning.money.season_months import SeasonMonths
from outreach.planning.money.season_sums import read_season
from outreach.planning.money.states import WORDS
from outreach.planning.season.run_sheet import YEARS
from views.money.forms import MoneyAskForm, ask_form
from views.money.month_bars import draw_months
from views.money.steps import Forms, doing_of, forms_of, take
from views.plan.year_ruler import MONTH_NAMES
from views.web.act import Done, act_on_form
from views.web.guards import STAFF, allow
from views.web.paging import page_by
from views.web.request import db, here, load, me, planning_now, read_key
from views.web.spreadsheet import BookSheet, as_spreadsheet

blueprint = Blueprint("money", __name__)

HEAD = (
    "asked on", "name", "events", "first day", "state", "line", "payer",
    *(word for step in AMOUNTS for word in (step, "currency")),
    "rates", "receipt", "receipt address", "approved on", "approved by", "approval address",
)  # fmt: skip


@blueprint.get("/money")
@allow(STAFF)
def listing() -> str:
    """List the requests, the newest first, and what the season comes to, month by month."""
    asked = read_key(request.args.get("year"))
    year = asked if asked in YEARS else planning_now().year
    season = SeasonMonths(read_season(db(), here(), year))
    page, found = page_by(lambda most, first: list_requests(db(), here(), most, first))
    return render_template(
        "money/listing.html",
        rows=page,
        told=told,
        words=WORDS,
        headline=told.say_requests(found.total, found.waiting),
        season=season_cap(here(), season.money).say(),
        picture=season,
        years=(year - 1, year + 1),
        bars=draw_months(season),
        month_names=MONTH_NAMES,
    )


@blueprint.get("/money.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give every line to a spreadsheet, amounts as plain numbers with their currency beside."""
    found = load_requests(db(), MoneyRequest.foundation_id == here().id)
    return as_spreadsheet("money", HEAD, (row for one in found for row in _rows_of(one)))


def sheet_of(year: int) -> BookSheet:
    """Return the lines of the requests for a season's trips."""
    found = load_requests(db(), MoneyRequest.foundation_id == here().id)
    rows = (row for one in found if year_of(one) == year for row in _rows_of(one))
    return BookSheet("money", HEAD, rows)


def _rows_of(request: MoneyRequest) -> list[tuple[object, ...]]:
    events = " + ".join(event.name for event in request.events)
    begins = request.events[0].starts_on if request.events else None
    name = request.person.name if request.person else None
    head = (request.asked_on, name, events, begins,
            str(WORDS[request.state]))  # fmt: skip
    approver = request.approved_by.name if request.approved_by else None
    tail = (request.approved_on, approver, request.approval_link)
    rates = "; ".join(rate_of(request, row).typed for row in request.rates)
    rows = []
    for line in request.lines:
        amounts = [amount_of(line, step) for step in AMOUNTS]
        pairs = [one for money in amounts for one in _spelled(money)]
        rows.append((*head, said_of(line), line.payer, *pairs, rates, line.has_receipt,
                     line.receipt_link, *tail))  # fmt: skip
    return rows


def _spelled(money: Money | None) -> tuple[object, object]:
    return (money.amount, money.currency) if money else (None, None)


@blueprint.route("/events/<int:event_id>/money/<int:person_id>", methods=["GET", "POST"])
@allow(STAFF)
def new(event_id: int, person_id: int) -> ResponseReturnValue:
    """Ask for money in somebody's name."""
    event, person = load(Event, event_id), load(Person, person_id)
    form = ask_form(here().currency, per_diem=rules_of(here()).per_diem is not None)
    return act_on_form(
        form,
        lambda: ask(doing_of(here(), me()), person, event, form.asked()),
        lambda made: Done(_("The money is asked for."), _address(made), find_fresh(db())),
        lambda: _ask_page(form, person.name, event.name),
    )


@blueprint.get("/money/<int:request_id>")
@allow(STAFF)
def show(request_id: int) -> str:
    """Show a request, what it costs beside the caps, and its next step."""
    return _page(load(MoneyRequest, request_id))


@blueprint.route("/money/<int:request_id>/change", methods=["GET", "POST"])
@allow(STAFF)
def edit(request_id: int) -> ResponseReturnValue:
    """Change what is asked for, as long as nobody has answered."""
    request = open_request(db(), load(MoneyRequest, request_id))
    has_per_diem = rules_of(here()).per_diem is not None
    form = ask_form(request.currency, request, has_per_diem)
    doing = doing_of(here(), me())
    return act_on_form(
        form,
        lambda: change(doing, request, form.seen_version(), form.asked()),
        lambda _done: Done(_("The request is changed."), _address(request), find_fresh(db())),
        lambda: _change_page(form, open_request(db(), request)),
        lambda: ask_form(
            request.currency, open_request(db(), request), has_per_diem, formdata=None
        ),
    )


@blueprint.post("/money/<int:request_id>/<word>")
@allow(STAFF)
def step(request_id: int, word: str) -> ResponseReturnValue:
    """Take the next step of a request."""
    request = load(MoneyRequest, request_id)
    return take(
        doing_of(here(), me()),
        request,
        word,
        _address(request),
        lambda sent: _page(load(MoneyRequest, request_id), sent),
        lambda: find_fresh(db()),
        is_own=False,
    )


def _address(request: MoneyRequest) -> str:
    return url_for("money.show", request_id=request.id)


def _page(request: MoneyRequest, sent: Forms | None = None) -> str:
    open_request(db(), request)
    rules = rules_of(here())
    has_rule = rules.half_event and request.person is not None
    return render_template(
        "money/show.html",
        asked=request,
        told=told,
        words=WORDS,
        forms=forms_of(request, is_own=False, sent=sent),
        caps=[cap.say() for cap in find_caps(db(), here(), request)],
        remarks=told.list_remarks(request, rules, planning_now().date()),
        short=say_less_than_half(db(), request.person, request.events)
        if has_rule and request.person
        else [],
        last=find_last_line(db(), here(), ("money_request", request.id), me()),
    )


def _change_page(form: MoneyAskForm, request: MoneyRequest) -> str:
    return _ask_page(form, told.say_traveller(request), told.say_trip(request), request)


def _ask_page(form: MoneyAskForm, name: str, trip: str, request: MoneyRequest | None = None) -> str:
    return render_template("money/ask.html", form=form, name=name, trip=trip, asked=request)
