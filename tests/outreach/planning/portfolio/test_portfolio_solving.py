"""The best plan: against every plan there is, and against another way to write it down."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product

import highspy
import pytest

from outreach.planning.portfolio.problem import (
    Candidate,
    Limits,
    SeasonPlan,
    SeasonProblem,
    breaches,
    figures,
    shares,
)
from outreach.planning.portfolio.solving import solve
from tests import sampling

DAY = timedelta(days=1)
JUNE = date(2025, 6, 2)


def event(number: int, first: int, last: int, **more) -> Candidate:
    days = {"first": JUNE + first * DAY, "last": JUNE + last * DAY}
    return Candidate(number, f"Event {number}", **days, **{"trip": number, **more})


def made_up(seed: int, events: int, people: int, weeks: int) -> SeasonProblem:
    """A problem with trips, teams, limits and musts by chance."""
    rng, made = random.Random(seed), list[Candidate]()
    for number in range(1, events + 1):
        first, trip = rng.randrange(7 * weeks), number
        if made and rng.random() < 0.3:
            first, trip = (made[-1].first - JUNE).days + rng.randrange(3), made[-1].trip
        made.append(
            event(
                number,
                first,
                first + rng.randrange(3),
                trip=trip,
                cost=rng.choice((0, 3, 5, 8, 12)),
                reaches={s: rng.randint(1, 9) for s in rng.sample(range(5), rng.choice((1, 2)))},
                region=rng.choice("AB"),
                team=frozenset(rng.sample(range(people), rng.choice((0, 0, 1, 2)))),
                must=rng.choice((None,) * 9 + (True, False)),
            )
        )
    return SeasonProblem(
        tuple(made),
        frozenset(range(people)),
        frozenset(range(4)),
        Limits(
            money=rng.choice((None, 4 * events, 6 * events)),
            people_days=rng.choice((None, 3 * events)),
            a_month=rng.choice((None, events // 2)),
            in_region={"A": max(1, events // 3)} if rng.random() < 0.5 else {},
            each=rng.choice((1, 2)),
            journey=rng.choice((0, 2)),
        ),
        frozenset((rng.randrange(people), one.trip) for one in made if rng.random() < 0.4),
    )


def every_plan(problem: SeasonProblem):
    """Give each plan: every set of events, with everybody who could go."""
    for count in range(len(problem.candidates) + 1):
        for chosen in combinations(problem.candidates, count):
            ways = [combinations(problem.everybody(one), problem.needs(one)) for one in chosen]
            for who in product(*ways):
                pairs = {(one.id, p) for one, team in zip(chosen, who, strict=True) for p in team}
                yield SeasonPlan(frozenset(one.id for one in chosen), frozenset(pairs))


def check_best(problem: SeasonProblem) -> None:
    """Compare the plan that is found with every plan there is."""
    fine = [plan for plan in every_plan(problem) if not breaches(problem, plan)]
    solved = solve(problem)
    if not fine:
        assert solved.plan is None
        assert solved.is_impossible
        return
    assert solved.is_proven
    assert breaches(problem, solved.plan) == {}
    best = min(figures(problem, plan).order for plan in fine)
    assert figures(problem, solved.plan).order == best


@pytest.mark.parametrize("seed", range(sampling.times(25, 400)))
@pytest.mark.sampled
def test_no_plan_at_all_is_better(seed):
    check_best(made_up(sampling.SEED + seed, events=5, people=3, weeks=1))


@pytest.mark.parametrize("seed", [63, 81])
def test_a_sum_that_is_kept_exactly_leaves_no_doubt(seed):
    """Here the solver proves what is best before it searches, and then names no bound."""
    check_best(made_up(seed, events=5, people=3, weeks=1))


def by_the_day(problem: SeasonProblem) -> tuple[int, ...] | None:
    """Solve it in another way: people on days, segments by how well, one sum for everything."""
    h = highspy.Highs()
    h.silent()
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 0.5)
    limits, people = problem.limits, range(12)
    on = {one.id: h.addBinary() for one in problem.candidates}
    goes = {(one.id, p): h.addBinary() for one in problem.candidates for p in people}
    days = sorted({day for one in problem.candidates for day in one.days()})
    trips = {one.trip for one in problem.candidates}
    there = {(p, day, t): h.addBinary() for p in people for day in days for t in trips}
    away = {(p, t): h.addBinary() for p in people for t in trips}
    for p, day in product(people, days):
        h.addConstr(sum(there[p, day, t] for t in trips) <= 1)
    for one in problem.candidates:
        h.addConstr(sum(goes[one.id, p] for p in people) == problem.needs(one) * on[one.id])
        if one.must is not None:
            h.addConstr(on[one.id] == int(one.must))
        for p in people:
            h.addConstr(goes[one.id, p] <= away[p, one.trip])
            if p in one.team:
                h.addConstr(goes[one.id, p] == on[one.id])
            elif p not in problem.people:
                h.addConstr(goes[one.id, p] == 0)
            for day in one.days():
                h.addConstr(goes[one.id, p] <= there[p, day, one.trip])
    money = sum(one.cost * on[one.id] for one in problem.candidates)
    money += limits.journey * sum(away[one] for one in away.keys() - problem.asked)
    spent = sum(there.values())
    for total, most in ((money, limits.money), (spent, limits.people_days)):
        if most is not None:
            h.addConstr(total <= most)
    for month in {one.month for one in problem.candidates} if limits.a_month is not None else ():
        h.addConstr(sum(on[c.id] for c in problem.candidates if c.month == month) <= limits.a_month)
    for region, most in limits.in_region.items():
        h.addConstr(sum(on[c.id] for c in problem.candidates if c.region == region) <= most)
    reached, well = [], []
    for segment, least in product(problem.segments, range(1, 10)):
        met = h.addBinary()
        able = [on[c.id] for c in problem.candidates if c.reaches.get(segment, 0) >= least]
        h.addConstr(met <= sum(able)) if able else h.addConstr(met == 0)
        well.append(met)
        reached += [met] if least == 1 else []
    h.minimize(spent + 200 * money - 200_000 * sum(well) - 20_000_000 * sum(reached))
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    chosen = frozenset(number for number, column in on.items() if h.variableValue(column) > 0.5)
    pairs = frozenset(pair for pair, column in goes.items() if h.variableValue(column) > 0.5)
    return figures(problem, SeasonPlan(chosen, pairs)).order


@pytest.mark.parametrize("seed", range(sampling.times(4, 40)))
@pytest.mark.sampled
def test_another_way_to_write_it_down_finds_nothing_better(seed):
    problem = made_up(sampling.SEED + seed, events=14, people=5, weeks=4)
    solved = solve(problem)
    assert (solved.plan is None) == solved.is_impossible
    found = figures(problem, solved.plan).order if solved.plan else None
    assert solved.is_proven or solved.is_impossible
    assert found == by_the_day(problem)


class TestWhatAPlanComesTo:
    def test_a_trip_is_travelled_once_and_its_common_days_count_once(self):
        problem = SeasonProblem(
            (event(1, 0, 0, cost=600), event(2, 0, 4, trip=1, cost=3_100)),
            frozenset({7, 8}),
            frozenset(),
            Limits(journey=100),
        )
        goes = frozenset({(1, 7), (1, 8), (2, 7), (2, 8)})
        plan = SeasonPlan(frozenset({1, 2}), goes)
        assert figures(problem, plan) == (0, 0, 3_900, 10)
        assert shares(problem, plan) == {1: (800, 2), 2: (3_100, 8)}
        known = replace(problem, asked=frozenset({(7, 1), (8, 2), (9, 1)}))
        assert figures(known, plan).money == 3_800  # 7 goes there at a cost that is known
        apart = SeasonPlan(frozenset({1, 2}), frozenset({(1, 7), (1, 8), (2, 8), (2, 9)}))
        assert breaches(problem, apart) == {"people": 1}  # 9 is nobody whom we send

    def test_nobody_is_in_two_places(self):
        problem = SeasonProblem((event(1, 0, 2), event(2, 2, 3)), frozenset({7, 8, 9}), frozenset())
        here = {(1, 7), (1, 8)}
        assert breaches(
            problem, SeasonPlan(frozenset({1, 2}), frozenset({(2, 8), (2, 9), *here}))
        ) == {"people": 1}

    @pytest.mark.parametrize(
        ("limits", "broken"),
        [
            ({"money": 10}, {}),
            ({"money": 9}, {"money": 1}),
            ({"people_days": 4}, {}),
            ({"people_days": 3}, {"people_days": 1}),
            ({"a_month": 2}, {}),
            ({"a_month": 1}, {"month": 1}),
            ({"in_region": {"": 1}}, {"region": 1}),
        ],
    )
    def test_limits_hold_to_the_last_unit(self, limits, broken):
        problem = SeasonProblem(
            (event(1, 0, 1, cost=4), event(2, 4, 5, cost=6)),
            frozenset({7}),
            frozenset(),
            Limits(each=1, **limits),
        )
        plan = SeasonPlan(frozenset({1, 2}), frozenset({(1, 7), (2, 7)}))
        assert breaches(problem, plan) == broken


def test_the_search_can_be_ended():
    problem = made_up(3, events=14, people=5, weeks=4)
    solved = solve(problem, should_stop=lambda: True)
    assert solved.plan is None or breaches(problem, solved.plan) == {}


def test_what_cannot_be_is_said_to_be_impossible():
    named = frozenset({7})
    both = (event(1, 0, 2, must=True, team=named), event(2, 2, 3, must=True, team=named))
    solved = solve(SeasonProblem(both, named, frozenset(), Limits(each=1)))
    assert solved.plan is None
    assert solved.is_impossible
