"""Portfolio: the best set of a season's events under limits, and what is proposed of it."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Portfolio
from outreach.calendars.clock import say_list
from outreach.planning.portfolio.load_season import SeasonAhead, load_season
from outreach.planning.portfolio.propose import Proposed, find_newest, propose
from outreach.planning.portfolio.propose import ask as ask_for_one
from outreach.planning.portfolio.sought import read_sought
from outreach.planning.season.run_sheet import YEARS
from outreach.refusal import Refused
from outreach.solving import searches
from views.plan.forms.portfolios import asked, form_for
from views.plan.portfolio_page import PortfolioPage
from views.web.act import Done, above, act, act_on_form
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, me, planning_now, read_key, real_now
from views.web.spreadsheet import BookSheet, as_spreadsheet

blueprint = Blueprint("portfolios", __name__)

SECONDS_TO_LOOK = 3
HEAD = ("event", "first day", "last day", "city", "is in", "must", "money", "people-days", "why")


@blueprint.get("/season/<int:year>/portfolio")
@allow(STAFF)
def show(year: int) -> Response:
    """Show the newest portfolio of a year; while it is worked on the page comes anew."""
    season, portfolio = _season(year), find_newest(db(), here(), year)
    sought = read_sought(portfolio.limits) if portfolio else None
    form = form_for(season, sought, formdata=None)
    page = make_response(_page(year, season, portfolio, form))
    if portfolio and portfolio.is_open and "still" not in request.args:
        page.headers["Refresh"] = str(SECONDS_TO_LOOK)
    return page


@blueprint.get("/season/<int:year>/portfolio.csv")
@allow(STAFF)
def spreadsheet(year: int) -> Response:
    """Give the newest portfolio of a year to a spreadsheet."""
    return as_spreadsheet(f"portfolio-{year}", HEAD, sheet_of(year).rows)


def sheet_of(year: int) -> BookSheet:
    """Return every event that a year's newest portfolio looked at, none without one."""
    shown = PortfolioPage(_season(year), find_newest(db(), here(), year), here().currency)
    return BookSheet("portfolio", HEAD, shown.cells() if shown.has_plan else ())


@blueprint.post("/season/<int:year>/portfolio")
@allow(STAFF)
def ask(year: int) -> ResponseReturnValue:
    """Ask for the best set under the limits that were typed."""
    season = _season(year)
    form = form_for(season, None)

    def rule() -> Portfolio:
        if not season.rows:
            raise Refused("There is no event ahead that could be chosen.")
        return ask_for_one(db(), here(), year, asked(form), me(), planning_now())

    return act_on_form(
        form,
        rule,
        lambda _portfolio: Done("", _address(year)),
        lambda: _page(year, season, find_newest(db(), here(), year), form),
    )


@blueprint.post("/season/<int:year>/portfolio/<int:portfolio_id>/cancel")
@allow(STAFF)
def cancel(year: int, portfolio_id: int) -> ResponseReturnValue:
    """End the search; what was found so far stays."""
    portfolio = _portfolio(year, portfolio_id)
    return act(
        lambda: searches.cancel(db(), portfolio, planning_now()),
        lambda was_on: Done("The search is ended." if was_on else "", _address(year)),
        above(lambda: show(year)),
    )


@blueprint.post("/season/<int:year>/portfolio/<int:portfolio_id>/propose")
@allow(STAFF)
def take_over(year: int, portfolio_id: int) -> ResponseReturnValue:
    """Propose the events that were ticked."""
    portfolio = _portfolio(year, portfolio_id)
    wanted = [read_key(text) for text in request.form.getlist("events")]
    today = planning_now().date()
    return act(
        lambda: propose(db(), here(), portfolio, wanted, me(), today, real_now()),
        lambda done: Done(_say(done), _address(year), done.entry),
        above(lambda: show(year)),
    )


def _say(done: Proposed) -> str:
    left = f" Decided already: {say_list(done.left_out)}." if done.left_out else ""
    return f"{say_list(done.names)}: proposed.{left}"


def _season(year: int) -> SeasonAhead:
    if year not in YEARS:
        abort(404)
    return load_season(db(), here(), year, planning_now().date())


def _portfolio(year: int, portfolio_id: int) -> Portfolio:
    portfolio = load(Portfolio, portfolio_id)
    if portfolio.year != year:
        abort(404)
    return portfolio


def _address(year: int) -> str:
    return url_for("portfolios.show", year=year)


def _page(year: int, season: SeasonAhead, portfolio: Portfolio | None, form: Any) -> str:
    shown = PortfolioPage(season, portfolio, here().currency)
    is_still = "still" in request.args
    return render_template(
        "portfolios/show.html", shown=shown, year=year, form=form, is_still=is_still
    )
