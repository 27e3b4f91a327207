"""Season: what needs me this week, in which event?"""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.planning.decisions.states import STATE_WORDS
from outreach.planning.season.run_sheet import YEARS, headline, plan_season
from views.plan.year_lines import draw_groups
from views.plan.year_ruler import YearRuler
from views.web.guards import STAFF, VOLUNTEER, allow
from views.web.request import db, find_here, here, me, planning_now

blueprint = Blueprint("season", __name__)


@blueprint.get("/")
@allow(VOLUNTEER)
def home() -> Response:
    """Lead to what the person came for."""
    if find_here() is None:
        return redirect(url_for("foundation.welcome"))
    if me().role != "staff":
        return redirect(url_for("events.listing"))
    return redirect(url_for("season.run_sheet"))


@blueprint.get("/season")
@blueprint.get("/season/<int:year>")
@allow(STAFF)
def run_sheet(year: int | None = None) -> str:
    """Show the run sheet of a year, the planning year by default."""
    now = planning_now()
    today = now.date()
    state = request.args.get("state") or None
    if year is not None and year not in YEARS:
        abort(404)
    if state not in {None, *STATE_WORDS}:
        abort(400)
    season = plan_season(db(), here(), year, now, state, whole="whole" in request.args)
    ruler = YearRuler(season.year, today)
    return render_template(
        "season/run_sheet.html",
        season=season,
        headline=headline(season),
        ruler=ruler,
        groups=draw_groups(season, ruler),
        table_url=None if "table" in request.args else _table_url(season.year),
        state=state,
        states=tuple(STATE_WORDS),
        before=season.year - 1,
        after=season.year + 1,
        synced=season.synced,
    )


def _table_url(year: int) -> str:
    """Lead to the same lines with their table, which is written for whoever asks for it."""
    asked: dict[str, Any] = {key: request.args.get(key) for key in ("state", "whole")}
    return url_for("season.run_sheet", year=year, table=1, _anchor="table", **asked)
