"""Proposed rosters keep every rule, move nobody, and are the best that there are."""

from dataclasses import replace
from random import Random

import pytest

from outreach.staffing.proposed_rosters.choice import with_choice
from outreach.staffing.proposed_rosters.problem import (
    Problem,
    ProposedPlace,
    Score,
    burden,
    with_leads,
)
from outreach.staffing.proposed_rosters.solvers import exact
from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.bounds import bound_missing, bound_unmet
from outreach.staffing.proposed_rosters.solvers.draft import Draft
from outreach.staffing.proposed_rosters.solvers.exchange import exchange
from outreach.staffing.proposed_rosters.solvers.greedy import fill
from outreach.staffing.proposed_rosters.solvers.ruin import Progress, better
from outreach.staffing.rules import Rules
from tests.outreach.staffing.proposed_rosters.judge import best_of_all, every_roster, faults, score
from tests.outreach.staffing.proposed_rosters.puzzles import (
    at,
    holding,
    made_up,
    person,
    problem,
    slot,
    talk,
)


def found(sought: Problem) -> list[tuple[int, int]]:
    return fill(Board(sought)).named_pairs()


THREE_IN_A_ROW = [slot(1, 15), slot(2, 17), slot(3, 19)]
AROUND_LUNCH = [slot(1, 11), slot(2, 13)]
LONG_DAY = [slot(1, 9), slot(2, 14), slot(3, 18)]

RULES = {
    "at most two in a row": (THREE_IN_A_ROW, person(1), Rules(most_minutes_a_day=900), 2),
    "three where the rules allow it": (
        THREE_IN_A_ROW,
        person(1),
        Rules(most_minutes_a_day=900, most_in_a_row=3),
        3,
    ),
    "free around lunch": (AROUND_LUNCH, person(1), Rules(), 1),
    "at most four hours a day": (LONG_DAY, person(1), Rules(), 2),
    "as many hours as the rules say": (LONG_DAY, person(1), Rules(most_minutes_a_day=360), 3),
    "no longer than offered": (LONG_DAY, person(1, most_minutes=120), Rules(), 1),
    "only when they can": (LONG_DAY, person(1, free=((at(9), at(12)),)), Rules(), 1),
    "not when only a part suits": ([slot(1, 9)], person(1, free=((at(9), at(10)),)), Rules(), 0),
    "not during their talk": ([slot(1, 9)], person(1, commitments=(talk(10),)), Rules(), 0),
    "not right after their talk": ([slot(1, 11)], person(1, commitments=(talk(10),)), Rules(), 0),
    "with a gap after their talk": (
        [slot(1, 11.25)],
        person(1, commitments=(talk(10),)),
        Rules(),
        1,
    ),
    "not in two places": ([slot(1, 9), slot(2, 9)], person(1), Rules(), 1),
    "not overlapping by an hour": ([slot(1, 9), slot(2, 10)], person(1), Rules(), 1),
    "the hand-over is fine": ([slot(1, 9), slot(2, 10.75)], person(1), Rules(), 2),
    "nobody is new alone on a full slot": (
        [slot(1, 9, max_people=1)],
        person(1, is_experienced=False),
        Rules(),
        0,
    ),
    "a first-timer where it does not matter": (
        [slot(1, 9, max_people=1)],
        person(1, is_experienced=False),
        Rules(needs_experience=False),
        1,
    ),
}


@pytest.mark.parametrize(("slots", "who", "rules", "places"), RULES.values(), ids=RULES)
def test_a_rule_limits_what_one_person_is_given(slots, who, rules, places):
    sought = problem(slots, [who], rules=rules)
    pairs = found(sought)
    assert len(pairs) == places
    assert not faults(sought, pairs)


def test_a_place_that_is_held_counts_for_the_rules_and_stays():
    slots = [slot(1, 9), slot(2, 14), slot(3, 18)]
    who = person(1, commitments=(holding(slots[0]),))
    sought = problem(slots, [who], held=(ProposedPlace(1, 1),))
    assert [pair for pair in found(sought) if pair[0] == 1] == []
    assert len(found(sought)) == 1


def test_a_full_slot_takes_nobody():
    one = slot(1, 9, max_people=1)
    crowd = [person(1, commitments=(holding(one),)), person(2)]
    assert found(problem([one], crowd, held=(ProposedPlace(1, 1),))) == []


def test_the_minimum_of_every_slot_comes_before_the_target_of_one():
    slots = [slot(1, 9), slot(2, 9)]
    pairs = found(problem(slots, [person(1), person(2)]))
    assert {one for one, _ in pairs} == {1, 2}


def test_needs_come_before_fairness():
    slots = [slot(1, 9, max_people=1), slot(2, 14, needs=("expert:vfx",), max_people=1)]
    expert = person(1, words=frozenset({"expert:vfx"}), commitments=(holding(slot(9, 18)),))
    assert (2, 1) in found(problem(slots, [expert, person(2)]))


def test_who_wishes_for_a_slot_gets_it_where_all_else_is_equal():
    wish = person(2, likes=((at(9), at(11)),))
    assert found(problem([slot(1, 9, max_people=1)], [person(1), wish])) == [(1, 2)]
    waits = person(2, waits_for=frozenset({1}))
    assert found(problem([slot(1, 9, max_people=1)], [person(1), waits])) == [(1, 2)]


WEEK = [slot(n, hour, 1, day, max_people=1) for n, (day, hour) in enumerate(
    [(d, h) for d in range(2) for h in range(10, 14)], 1
)]  # fmt: skip
"""Two days of four hours, for two people who can always."""


@pytest.mark.parametrize("how", ["search", "proof"])
def test_whole_blocks_and_few_days_come_before_torn_ones(how):
    """Each of two people comes once for a block, not for every second hour of both days."""
    rules = Rules(slot_minutes=60, most_in_a_row=4, lunch_minutes=0, needs_experience=False)
    sought = problem(WEEK, [person(1), person(2)], rules=rules)
    draft = better(fill(Board(sought)), 300, 0)
    if how == "proof":
        solved = exact.prove(draft)
        assert solved is not None and all(level.is_proven for level in solved.levels)
        draft = solved.draft
    pairs = draft.named_pairs()
    assert not faults(sought, pairs)
    assert draft.score() == score(sought, pairs)
    assert (draft.score().missing, draft.score().visits) == (0, 4)
    hours = [sum(who == one for _, who in pairs) for one in (1, 2)]
    assert hours == [4, 4]


def test_a_block_grows_on_what_is_held_and_never_costs_fairness():
    slots = [slot(1, 9, max_people=1), slot(2, 11, max_people=1), slot(3, 15, max_people=1)]
    holds = person(1, commitments=(holding(slots[0]),))
    sought = problem(slots, [holds, person(2)], held=(ProposedPlace(1, 1),))
    draft = better(fill(Board(sought)), 200, 0)
    assert draft.score() == best_of_all(sought)
    fair = problem(slots, [holds, person(2), person(3)], held=(ProposedPlace(1, 1),))
    assert {who for _, who in found(fair)} == {2, 3}


def test_what_is_left_out_is_not_given():
    sought = problem([slot(1, 9, max_people=1)], [person(1), person(2)])
    assert found(sought) == [(1, 1)]
    assert found(replace(sought, left_out=frozenset({(1, 1)}))) == [(1, 2)]
    assert found(replace(sought, left_out=frozenset({(1, 1), (1, 2)}))) == []


def test_one_lead_on_each_slot_that_asks_for_one_and_it_goes_round():
    leads = [person(n, words=frozenset({"lead"})) for n in (1, 2)]
    slots = [slot(1, 9, needs=("lead",)), slot(2, 14, needs=("lead",)), slot(3, 18)]
    places = with_leads(problem(slots, leads), [(s, p) for s in (1, 2, 3) for p in (1, 2)])
    assert [(p.slot_id, p.person_id) for p in places if p.is_lead] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("seed", range(6))
def test_no_rule_is_broken_and_nobody_moved_whatever_the_problem(seed):
    sought = made_up(seed, 24, 12, 3, stations=1 + seed % 2)
    first = fill(Board(sought))
    second = better(first, 40, seed)
    for draft in (first, second):
        pairs = draft.named_pairs()
        assert not faults(sought, pairs)
        assert draft.score() == score(sought, pairs)
        held = {(place.slot_id, place.person_id) for place in sought.held}
        assert not held & set(pairs)
    assert second.score() <= first.score()
    assert bound_missing(second) <= second.score().missing


def test_the_cost_orders_rosters_as_their_scores_do():
    sought = made_up(3, 24, 12, 3)
    drafts = [Draft(Board(sought)), fill(Board(sought)), better(fill(Board(sought)), 40, 1)]
    by_cost = sorted(drafts, key=lambda draft: draft.cost)
    assert by_cost == sorted(drafts, key=Draft.score)


def tiny(seed: int) -> Problem:
    """Make a problem small enough to try every roster."""
    made = made_up(seed, 4, 3, 1)
    rules = replace(made.rules, most_minutes_a_day=360, needs_experience=bool(seed % 2))
    return replace(made, rules=rules)


@pytest.mark.parametrize("seed", range(10))
def test_the_search_finds_the_best_roster_of_all(seed):
    sought = tiny(seed)
    draft = better(fill(Board(sought)), 200, 0)
    best = best_of_all(sought)
    assert draft.score() == best
    assert bound_missing(draft) <= best.missing
    least = min(score(sought, pairs).unmet for pairs in every_roster(sought))
    assert bound_unmet(draft) <= least


@pytest.mark.parametrize("seed", range(10))
def test_the_solver_proves_the_best_roster_of_all(seed):
    sought = tiny(seed)
    solved = exact.prove(fill(Board(sought)))
    assert solved is not None
    assert solved.draft.score() == best_of_all(sought)
    assert all(level.is_proven for level in solved.levels)


def test_the_solver_proves_a_day_of_two_booths():
    sought = made_up(5, 24, 14, 2, stations=2)
    solved = exact.prove(better(fill(Board(sought)), 30, 0))
    assert solved is not None
    assert all(level.is_proven for level in solved.levels)
    assert not faults(sought, solved.draft.named_pairs())


def test_the_solver_can_be_stopped_and_what_was_found_stays():
    draft = fill(Board(made_up(5, 24, 14, 2, stations=2)))
    solved = exact.prove(draft, should_stop=lambda: True)
    assert solved is not None
    assert solved.draft.score() <= draft.score()


def test_the_same_seed_finds_the_same_roster():
    sought = made_up(7, 24, 12, 3)
    once, again = (better(fill(Board(sought)), 80, 4).pairs() for _ in range(2))
    assert once == again


def test_a_search_tells_how_far_it_is_and_stops_when_asked():
    heard: list[Progress] = []
    draft = fill(Board(made_up(7, 24, 12, 3)))
    better(draft, 1_000_000, 4, watch=heard.append, should_stop=lambda: len(heard) > 2)
    assert [one.round for one in heard] == [0, 16, 32]
    assert all(one.rounds == 1_000_000 for one in heard)


def test_nothing_to_fill_is_no_problem():
    empty = problem([], [person(1)])
    assert better(fill(Board(empty)), 10, 0).pairs() == []
    nobody = problem([slot(1, 9)], [])
    assert better(fill(Board(nobody)), 10, 0).score() == Score(1, 1, 2, 0, 0, 0)
    assert bound_missing(fill(Board(nobody))) == 1


@pytest.mark.parametrize(
    ("minutes", "weight"), [(0, 0), (60, 60), (120, 120), (240, 480), (180, 300), (360, 1080)]
)
def test_hours_weigh_more_and_more(minutes, weight):
    assert burden(minutes, 120) == weight


def test_what_staff_keep_is_held_and_given_back_with_the_rest():
    sought = problem([slot(1, 9, max_people=1), slot(2, 14, max_people=1)], [person(1), person(2)])
    chosen = with_choice(sought, [ProposedPlace(2, 1)], [(1, 1)])
    assert chosen.kept == (ProposedPlace(2, 1),)
    assert found(chosen) == [(1, 2)]
    assert best_of_all(chosen) == fill(Board(chosen)).score()


@pytest.mark.parametrize(
    ("who", "place"),
    [
        (person(1), ProposedPlace(9, 1)),
        (person(1), ProposedPlace(1, 9)),
        (person(1, free=()), ProposedPlace(1, 1)),
        (person(1, commitments=(talk(9),)), ProposedPlace(1, 1)),
    ],
)
def test_what_cannot_be_kept_any_more_is_let_go(who, place):
    chosen = with_choice(problem([slot(1, 9, max_people=1)], [who]), [place], [])
    assert (chosen.kept, chosen.held) == ((), ())


@pytest.mark.parametrize("seed", range(4))
def test_an_exchange_makes_nothing_worse_and_takes_no_hour_from_anybody(seed):
    sought = made_up(seed, 24, 12, 3, stations=2)
    draft = fill(Board(sought))
    before, hours = draft.score(), list(draft.new_minutes)
    exchange(draft, Random(seed))
    assert draft.score() <= before and draft.new_minutes == hours
    assert draft.score() == score(sought, draft.named_pairs())
    assert not faults(sought, draft.named_pairs())
