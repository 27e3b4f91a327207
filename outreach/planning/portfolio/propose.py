"""Portfolios: asked for, solved and explained by the worker, taken over as proposals."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Person, Portfolio
from outreach.accounts import history
from outreach.claims import Columns
from outreach.planning.decisions import decisions
from outreach.planning.portfolio.explanation import (
    Explaining,
    say_impossible,
    say_purchase,
    say_without,
)
from outreach.planning.portfolio.load_season import SeasonAhead, load_season
from outreach.planning.portfolio.problem import (
    PlanFigures,
    SeasonPlan,
    SeasonProblem,
    best_events,
    figures,
)
from outreach.planning.portfolio.solving import SolvedSeason, solve
from outreach.planning.portfolio.sought import Sought, read_sought
from outreach.refusal import Refused
from outreach.solving import searches
from outreach.solving.searches import Work

SECONDS_FOR_WHY = 60.0
"""For all that is solved again to say what musts cost and what money buys."""
SECONDS_EACH = 10.0
STEP = 1_000
STEPS = (-STEP, STEP, 4 * STEP)
"""Caps on money that are looked at beside the one that was asked for."""


def find_newest(session: Session, foundation: Foundation, year: int) -> Portfolio | None:
    newest = (
        select(Portfolio)
        .where(Portfolio.foundation_id == foundation.id, Portfolio.year == year)
        .order_by(Portfolio.id.desc())
        .limit(1)
    )
    return session.scalar(newest)


def ask(
    session: Session,
    foundation: Foundation,
    year: int,
    sought: Sought,
    by: Person,
    now: datetime,
) -> Portfolio:
    """Ask for the best set of a year's events; an older question of that year is ended."""
    older = (Portfolio.foundation_id == foundation.id, Portfolio.year == year)
    session.execute(searches.end(Portfolio, now).where(*older))
    portfolio = Portfolio(
        foundation_id=foundation.id,
        year=year,
        planned_from=now.date(),
        limits=sought.stored(),
        asked_by_id=by.id,
        asked_at=now,
    )
    session.add(portfolio)
    session.flush()
    return portfolio


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of taking over a part of a portfolio."""

    entry: history.Entry | None
    names: tuple[str, ...]
    left_out: tuple[str, ...]
    """Events about which something was decided meanwhile."""


def propose(
    session: Session,
    foundation: Foundation,
    portfolio: Portfolio,
    wanted: Iterable[int],
    by: Person,
    today: date,
    real: datetime,
) -> Proposed:
    """Propose some of the events that are in; what is decided already is left as it is."""
    chosen = sorted(set(wanted) & set(portfolio.found.get("chosen", ())))
    events = list(session.scalars(select(Event).where(Event.id.in_(chosen)).order_by(Event.id)))
    standing = decisions.find_current(session, [event.id for event in events])
    free = [event for event in events if event.id not in standing]
    decided = tuple(event.name for event in events if event.id in standing)
    if not free:
        raise Refused(
            "All of these are decided or proposed already."
            if decided
            else "Tick at least one event that is in.",
            "events",
        )
    entry = decisions.decide(session, foundation, free, "proposed", "", by, today, real)
    return Proposed(entry, tuple(event.name for event in free), decided)


@dataclass
class PortfolioWork(Work):
    """A worker's way through one portfolio."""

    rows: ClassVar[searches.Rows] = Portfolio

    def run(self) -> None:
        season, sought, currency = self._begin()
        problem = season.problem(sought)
        solved = solve(problem, watch=self._watch, should_stop=self.must_end)
        if self.must_end():
            return self.give_back({})
        if solved.plan is None:
            words = say_impossible(problem, currency) if solved.is_impossible else ""
            return self.finish({"found": {"hindrance": words}, "progress": {}})
        told = Explaining(problem, solved.plan, season.segments, currency)
        found = _found(told, solved)
        self.tell({"found": found, "progress": {"stage": "why"}})
        found = found | self._look_further(told)
        if self.must_end():
            return self.give_back({"found": found})
        return self.finish({"found": found, "progress": {}})

    def foundation(self, session: Session) -> Foundation:
        portfolio = session.get_one(Portfolio, self.number)
        return session.get_one(Foundation, portfolio.foundation_id)

    def _begin(self) -> tuple[SeasonAhead, Sought, str]:
        with self.make_session() as session:
            portfolio = session.get_one(Portfolio, self.number)
            foundation = self.foundation(session)
            season = load_season(session, foundation, portfolio.year, portfolio.planned_from)
            return season, read_sought(portfolio.limits), foundation.currency

    def _watch(self, level: str, bound: float | None) -> None:
        if self.is_time():
            self.tell({"progress": {"stage": "search", "level": level}})

    def _watch_why(self, _level: str, _bound: float | None) -> None:
        if self.is_time():
            self.tell({})

    def _look_further(self, told: Explaining) -> Columns:
        """Solve again without each must, and with less and more money, as far as time allows."""
        until, problem = time.monotonic() + SECONDS_FOR_WHY, told.problem
        before, without, buys = figures(problem, told.plan), dict[str, str](), list[Columns]()
        if problem.limits.money is not None:
            for step in STEPS:
                money = problem.limits.money + step
                limits = replace(problem.limits, money=money)
                known = told.plan if step > 0 else None
                plan = self._again(replace(problem, limits=limits), known, until)
                if plan is not None and money >= 0:
                    bought = say_purchase(told, money, plan)
                    buys.append(asdict(bought) | {"figures": bought.figures._asdict()})
        for one in problem.candidates:
            if one.must:
                others = (replace(c, must=None) if c is one else c for c in problem.candidates)
                loose = replace(problem, candidates=tuple(others))
                plan = self._again(loose, told.plan, until)
                if plan is not None:
                    after = figures(problem, plan)
                    without[str(one.id)] = say_without(before, after, told.currency)
        return {"buys": buys, "without": without}

    def _again(
        self, problem: SeasonProblem, known: SeasonPlan | None, until: float
    ) -> SeasonPlan | None:
        """Return the best plan of a changed problem; None where it is not proven."""
        left = min(SECONDS_EACH, until - time.monotonic())
        if left <= 0 or self.must_end():
            return None
        solved = solve(problem, left, watch=self._watch_why, should_stop=self.must_end, known=known)
        return solved.plan if solved.is_proven else None


def _found(told: Explaining, solved: SolvedSeason) -> Columns:
    """Return what is kept of a plan."""
    plan, problem = told.plan, told.problem
    return {
        "figures": figures(problem, plan)._asdict(),
        "chosen": sorted(plan.chosen),
        "goes": sorted(map(list, plan.goes)),
        "musts": sorted(one.id for one in problem.candidates if one.must),
        "reached": sorted(best_events(problem, plan.chosen)),
        "lines": [asdict(line) for line in told.lines()],
        "levels": [
            {"name": one.name, "is_proven": one.is_proven, "value": one.value, "bound": one.bound}
            for one in solved.levels
        ],
        "seconds": round(max((one.seconds for one in solved.levels), default=0.0), 1),
    }


def read_figures(found: dict[str, Any]) -> PlanFigures:
    """Return the figures of what was kept."""
    return PlanFigures(**found["figures"])
