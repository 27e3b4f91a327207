"""What Go and No-go answers teach: planted weights come out, a few answers change nothing."""

import random
from dataclasses import astuple, replace
from datetime import date, timedelta
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.matching.engine.score import PRIOR
from outreach.matching.engine.terms import REASON_CODES, EvidenceRows, Weights
from outreach.matching.engine.weight_learning import (
    FEWEST,
    NOTHING_KNOWN,
    GoAnswer,
    fit_weights,
    learn,
    share_in_order,
    shares_of,
)
from tests.outreach.matching.matching_cast import GATHERS, engine
from tests.sampling import times

TODAY = date(2024, 7, 25)
DEFAULTS = Weights()


def answer(number: int, go: bool, decided: date = TODAY, **shares: float) -> GoAnswer:
    """Build an answer about an event of which nothing is known but these shares."""
    known = tuple(shares.get(code, PRIOR[code]) for code in REASON_CODES)
    return GoAnswer(str(number), decided, go, known)


def drawn(planted: Weights, each: int, seed: int = 1) -> list[GoAnswer]:
    """Draw answers of somebody who goes by these weights, with some chance, `each` of a kind."""
    chance, kept = random.Random(seed), {True: [], False: []}
    while min(map(len, kept.values())) < each:
        shares = {
            code: chance.random() if chance.random() < 0.6 else PRIOR[code] for code in REASON_CODES
        }
        score = sum(planted.of(code) * share for code, share in shares.items()) / 100
        go = chance.random() < 1 / (1 + exp(-15 * (score - 0.35)))
        if len(kept[go]) < each:
            kept[go].append(answer(len(kept[True]) + 1000 * len(kept[False]), go, **shares))
    return kept[True] + kept[False]


PLANTED = [
    Weights(community=10, issue=10, talk=45, local=15, cost=10, recap=10),
    Weights(community=15, issue=5, talk=5, local=35, cost=35, recap=5),
    Weights(community=80, issue=4, talk=4, local=4, cost=4, recap=4),
    Weights(community=10, issue=10, talk=10, local=10, cost=10, recap=50),
]


def apart(one: Weights, other: Weights) -> float:
    """Return how many points would have to be moved to get from one to the other."""
    return sum(abs(a - b) for a, b in zip(astuple(one), astuple(other), strict=True)) / 2


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_weights_come_out_in_direction(planted: Weights) -> None:
    lesson = learn(drawn(planted, 60), TODAY, DEFAULTS)
    assert apart(lesson.weights, planted) < 0.75 * apart(DEFAULTS, planted)
    for code in REASON_CODES:
        wanted = planted.of(code) - DEFAULTS.of(code)
        if abs(wanted) >= 20:
            assert (lesson.weights.of(code) - DEFAULTS.of(code)) * wanted > 0, code


@pytest.mark.parametrize("planted", PLANTED)
def test_more_answers_come_nearer(planted: Weights) -> None:
    few, many = (learn(drawn(planted, each), TODAY, DEFAULTS).weights for each in (8, 150))
    assert apart(many, planted) < apart(few, planted)


def test_they_order_answers_better_that_they_have_not_seen() -> None:
    lesson = learn(drawn(PLANTED[0], 60), TODAY, DEFAULTS)
    assert lesson.right is not None and lesson.right_at_present is not None
    assert lesson.right_at_present + 0.03 < lesson.right < 1


@pytest.mark.parametrize(
    ("goes", "no_goes", "missing"),
    [
        (0, 0, (FEWEST, FEWEST)),
        (50, 0, (0, FEWEST)),
        (50, FEWEST - 1, (0, 1)),
        (FEWEST - 1, 50, (1, 0)),
        (FEWEST, FEWEST, (0, 0)),
    ],
)
def test_a_few_answers_leave_the_defaults(
    goes: int, no_goes: int, missing: tuple[int, int]
) -> None:
    answers = drawn(PLANTED[0], 50)
    lesson = learn(answers[:goes] + answers[50 : 50 + no_goes], TODAY, DEFAULTS)
    assert (lesson.goes, lesson.no_goes, lesson.missing) == (goes, no_goes, missing)
    assert lesson.is_enough == (missing == (0, 0))
    assert (lesson.weights == DEFAULTS) == (not lesson.is_enough)
    assert (lesson.right is None) == (not lesson.is_enough)


def test_answers_of_later_days_never_count() -> None:
    now, later = drawn(PLANTED[0], 12), drawn(PLANTED[2], 50)
    tomorrow = [replace(one, decided=TODAY + timedelta(days=1)) for one in later]
    assert learn(now + tomorrow, TODAY, DEFAULTS) == learn(now, TODAY, DEFAULTS)
    assert not learn(tomorrow, TODAY, DEFAULTS).is_enough
    assert learn(tomorrow, TODAY + timedelta(days=1), DEFAULTS).is_enough


def test_the_order_of_answers_does_not_matter() -> None:
    answers = drawn(PLANTED[1], 20)
    shuffled = random.Random(7).sample(answers, len(answers))
    assert learn(answers, TODAY, DEFAULTS) == learn(shuffled, TODAY, DEFAULTS)


def test_what_was_alike_in_all_answers_keeps_its_default() -> None:
    answers = [
        answer(n, n % 2 == 0, talk=0.9 if n % 2 == 0 else 0.1, local=n / 40) for n in range(40)
    ]
    weights = fit_weights(answers)
    assert (weights.community, weights.issue, weights.cost, weights.recap) == (35, 15, 10, 10)
    assert weights.talk > 15 > weights.local
    assert weights.talk + weights.local == 30


def test_where_nothing_tells_the_answers_apart_the_defaults_stay() -> None:
    alike = [GoAnswer(str(n), TODAY, n % 2 == 0, NOTHING_KNOWN) for n in range(40)]
    assert learn(alike, TODAY, DEFAULTS).weights == DEFAULTS
    assert learn(alike, TODAY, DEFAULTS).right == 0.5


def test_a_reason_that_speaks_against_going_counts_nothing() -> None:
    answers = [
        answer(n, n % 2 == 0, community=0.3 + n / 60, cost=0.1 if n % 2 == 0 else 0.9)
        for n in range(40)
    ]
    assert fit_weights(answers).cost == 0


@pytest.mark.parametrize("each", [FEWEST, 30, 100])
def test_answers_that_follow_nothing_hardly_move_the_weights(each: int) -> None:
    chance = random.Random(5)
    answers = [
        GoAnswer(str(n), TODAY, n % 2 == 0, tuple(chance.random() for _ in REASON_CODES))
        for n in range(2 * each)
    ]
    assert apart(fit_weights(answers), DEFAULTS) <= 15


def test_where_every_reason_speaks_against_it_the_defaults_stay() -> None:
    answers = [answer(n, n % 2 == 0, community=0.1 if n % 2 == 0 else 0.9) for n in range(40)]
    assert fit_weights(answers) == DEFAULTS


def test_pairs_in_order_are_counted_with_ties_as_halves() -> None:
    talks = [0.9, 0.9, 0.9, 0.9, 0.9]
    answers = [answer(n, True, talk=talk) for n, talk in enumerate(talks)]
    answers += [answer(10 + n, False, talk=talk) for n, talk in enumerate([0.1, 0.1, 1, 0.9, 0.1])]
    assert share_in_order(answers, lambda _: DEFAULTS) == 0.7


def test_a_part_is_judged_without_its_own_answers() -> None:
    answers = drawn(PLANTED[0], 10)
    seen: list[set[str]] = []

    def look(others: object) -> Weights:
        seen.append({one.event for one in others})  # type: ignore[attr-defined]
        return DEFAULTS

    share_in_order(answers, look)
    everything = {one.event for one in answers}
    left_out = [everything - part for part in seen]
    assert set().union(*left_out) == everything
    assert sum(map(len, left_out)) == len(everything)


def test_the_shares_of_a_match_are_its_points_else_what_to_expect() -> None:
    match = engine(EvidenceRows(gatherings=(GATHERS,))).match("vfx", "siggraph")
    community, *others = shares_of(match)
    assert community == pytest.approx(match.reasons[0].points / 35)
    assert tuple(others) == NOTHING_KNOWN[1:]


SHARE = st.floats(0, 1)


@settings(deadline=None, max_examples=times(30, 1000))
@given(
    st.lists(st.tuples(*[SHARE] * 6), min_size=FEWEST, max_size=15),
    st.lists(st.tuples(*[SHARE] * 6), min_size=FEWEST, max_size=15),
)
def test_whatever_is_answered_the_weights_count_and_keep_their_sum(
    goes: list[tuple[float, ...]], no_goes: list[tuple[float, ...]]
) -> None:
    answers = [
        GoAnswer(f"{go} {place}", TODAY, go, shares)
        for go, kind in ((True, goes), (False, no_goes))
        for place, shares in enumerate(kind)
    ]
    weights = fit_weights(answers)
    assert all(weight >= 0 for weight in astuple(weights))
    assert sum(astuple(weights)) == sum(astuple(DEFAULTS))
