"""Why an event is in or out, what a must costs, what money buys: said from the plan itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from outreach.planning.portfolio.explanation import (
    Explaining,
    say_impossible,
    say_purchase,
    say_without,
)
from outreach.planning.portfolio.problem import (
    Candidate,
    Limits,
    PlanFigures,
    SeasonPlan,
    SeasonProblem,
)
from outreach.planning.portfolio.solving import solve

JUNE = date(2025, 6, 2)
SEGMENTS = {1: "VFX", 2: "HPC", 3: "Web hosting", 4: "Public sector"}


def event(number: int, name: str, first: int, reaches: dict[int, int], **more) -> Candidate:
    day = JUNE + timedelta(first)
    return Candidate(number, name, day, day, **{"trip": number, "reaches": reaches, **more})


def told(*events: Candidate, people=frozenset({7, 8}), segments=SEGMENTS, **limits) -> Explaining:
    problem = SeasonProblem(events, people, frozenset(segments), Limits(**{"each": 1, **limits}))
    solved = solve(problem)
    assert solved.is_proven
    return Explaining(problem, solved.plan, SEGMENTS, "USD")


def whys(explaining: Explaining) -> dict[int, str]:
    return {line.event: line.why for line in explaining.lines()}


def test_what_is_in_says_whom_it_reaches():
    said = told(
        event(1, "OSD", 0, {1: 80}, trip=1),
        event(2, "SIGGRAPH", 1, {1: 90, 2: 40}, trip=1, must=True),
        event(3, "SC", 30, {2: 95}),
        event(4, "Nothing", 60, {}, must=True),
    )
    assert whys(said) == {
        1: "VFX: met at SIGGRAPH already. OSD and SIGGRAPH would be one trip.",
        2: "The only one that reaches VFX.",
        3: "Meets HPC better than any other that is in.",
        4: "Adds no segment; it is in because it must be.",
    }


def test_events_of_a_trip_name_each_other():
    said = told(event(1, "OSD", 0, {1: 80}, trip=1), event(2, "SIGGRAPH", 1, {2: 90}, trip=1))
    assert whys(said)[1] == "The only one that reaches VFX. OSD and SIGGRAPH are one trip."
    problem = replace(said.problem, places={1: "Denver"})
    said = replace(said, problem=problem)
    assert (
        whys(said)[2] == "The only one that reaches HPC. OSD and SIGGRAPH are one trip, to Denver."
    )


def test_what_a_cost_is_made_of_stands_in_its_row():
    said = told(event(1, "OSD", 0, {1: 80}, made_of="It costs 5 USD for the booth."))
    assert whys(said)[1] == "The only one that reaches VFX. It costs 5 USD for the booth."


@pytest.mark.parametrize(
    ("team", "asked", "money"),
    [
        ((), (), 700),
        ((), ((7, 2),), 600),
        ((), ((7, 1),), 700),
        ((7, 8), ((7, 2), (8, 2)), 500),
        ((7, 8), ((9, 2),), 700),
    ],
)
def test_what_is_out_adds_only_journeys_that_nobody_asked_for(team, asked, money):
    named = event(2, "Out", 30, {2: 80}, cost=500, team=frozenset(team), must=False)
    told_of = told(event(1, "In", 0, {1: 80}), named, journey=100, each=2)
    problem = replace(told_of.problem, asked=frozenset(asked))
    assert replace(told_of, problem=problem).lines()[1].money == money


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"money": 1_000}, "Would add HPC; 600 USD over the cap."),
        ({"people_days": 1}, "Would add HPC; one day over the cap."),
        ({"money": 1_000, "people_days": 1}, "Would add HPC; 600 USD and one day over the caps."),
        ({"a_month": 1}, "Would add HPC; its month is full."),
        ({"in_region": {"Europe": 1}}, "Would add HPC; its region is full."),
    ],
)
def test_what_is_out_says_what_it_would_add_and_what_stands_against_it(limits, why):
    said = told(
        event(1, "In", 0, {1: 90, 3: 5}, cost=900, region="Europe"),
        event(2, "Out", 5, {2: 90}, cost=700, region="Europe"),
        **limits,
    )
    assert whys(said)[2] == why


def test_who_is_elsewhere_is_said_and_what_was_ruled_out():
    said = told(
        event(1, "In", 0, {1: 90, 3: 5}, team=frozenset({7})),
        event(2, "Named elsewhere", 0, {2: 90}, team=frozenset({7})),
        event(3, "Ruled out", 3, {2: 90}, must=False),
        event(4, "Of no use", 4, {9: 90}),
    )
    assert whys(said) == {
        1: "The only one that reaches VFX and Web hosting.",
        2: "Would add HPC; its people are at In then.",
        3: "It must not be in.",
        4: "No segment that counts is known to gather there.",
    }


def test_what_a_must_costs():
    before = PlanFigures(12, 900, 11_400, 38)
    assert say_without(before, before, "USD") == "It would be in anyway."
    cheaper = before._replace(money=10_700, people_days=37)
    assert say_without(before, cheaper, "USD") == "Without the must: 700 USD less and one day less."
    more = before._replace(reached=13, money=12_000)
    assert say_without(before, more, "USD") == (
        "Without the must: one segment more and 600 USD more."
    )


def test_what_money_buys():
    said = told(
        event(1, "In", 0, {1: 90, 3: 5}, cost=900), event(2, "Next", 5, {2: 90}, cost=700),
        money=1_000,
    )  # fmt: skip
    richer = solve(replace(said.problem, limits=replace(said.problem.limits, money=2_000))).plan
    bought = say_purchase(said, 2_000, richer)
    assert bought.sentence == "Next comes in, and with it HPC."
    assert bought.figures.money == 1_600
    poorer = solve(replace(said.problem, limits=replace(said.problem.limits, money=800))).plan
    assert say_purchase(said, 800, poorer).sentence == (
        "Next comes in, In falls out, and with it HPC."
    )
    assert say_purchase(said, 1_000, said.plan).sentence == "The same events."
    assert say_purchase(said, 0, SeasonPlan(frozenset(), frozenset())).sentence == (
        "In falls out, and VFX and Web hosting with it."
    )


@pytest.mark.parametrize(
    ("changes", "limits", "sentence"),
    [
        ({"team": frozenset({7})}, {}, "One and Two want one person on the same days."),
        ({}, {"each": 3}, "One needs more people than can be sent."),
        ({"cost": 600}, {"money": 1_100}, "What must be in costs 1,200 USD without any journey."),
        ({}, {"people_days": 1}, "What must be in does not fit into these limits."),
    ],
)
def test_why_there_can_be_no_plan(changes, limits, sentence):
    events = tuple(
        event(number, name, 0, {}, must=True, **changes)
        for number, name in ((1, "One"), (2, "Two"))
    )
    problem = SeasonProblem(events, frozenset({7, 8}), frozenset(), Limits(**{"each": 1, **limits}))
    assert solve(problem).is_impossible
    assert say_impossible(problem, "USD") == sentence
