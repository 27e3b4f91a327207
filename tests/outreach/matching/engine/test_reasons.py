"""Each of the six reasons: what it is worth, what it says, and when it is not known."""

from dataclasses import replace
from datetime import date

import pytest

from outreach.matching.engine.score import find_openings
from outreach.matching.engine.terms import (
    Cost,
    EvidenceRows,
    ExplainedMatch,
    LocalPerson,
    Reason,
    Recap,
    TalkEvidence,
    Weights,
)
from tests.outreach.matching.matching_cast import AT_OSD, GATHERS, GLIBC, engine


def found(evidence: EvidenceRows, event: str = "siggraph", **options) -> ExplainedMatch:
    return engine(evidence, **options).match("vfx", event)


def reason(match: ExplainedMatch, code: str) -> Reason:
    return next(reason for reason in match.reasons if reason.code == code)


def person(name: str, km: float, *expert_in: str) -> LocalPerson:
    return LocalPerson(
        event="siggraph", name=name, km=km, expert_in=expert_in, sentence="x", source="people"
    )


def test_the_story_of_denver() -> None:
    match = engine().match("vfx", "siggraph")
    assert [reason.code for reason in match.reasons] == [
        "community", "issue", "talk", "local", "cost", "recap",
    ]  # fmt: skip
    assert reason(match, "community").sentence == "The studios meet at SIGGRAPH."
    assert reason(match, "community").points > 33
    assert reason(match, "issue").points == 15
    assert (match.known, match.known_weight, match.total_weight) == (2, 50, 100)
    assert match.score == pytest.approx(100 * match.points / 50, abs=0.1)
    assert [reason.code for reason in match.unknown] == ["talk", "local", "cost", "recap"]


def test_an_issue_counts_only_where_its_people_are() -> None:
    only_issue = EvidenceRows(issues=(GLIBC,))
    assert not reason(engine(only_issue).match("vfx", "cloud"), "issue").known
    assert reason(engine(only_issue).match("vfx", "siggraph"), "issue").known


def test_more_issues_are_counted_and_the_strongest_speaks() -> None:
    weak = replace(GLIBC, key="b", strength=0.3, sentence="A small thing.")
    match = found(EvidenceRows(gatherings=(GATHERS,), issues=(weak, GLIBC)))
    assert reason(match, "issue").sentence == GLIBC.sentence + " 1 more open issue for them."


@pytest.mark.parametrize(
    ("state", "points"),
    [("confirmed", 15), ("accepted", 15), ("submitted", 6), ("rejected", 0), ("idea", 1.5)],
)
def test_a_talk_counts_by_how_certain_it_is(state: str, points: float) -> None:
    talk = TalkEvidence(event="siggraph", title="T", state=state, sentence="s", source="talks")
    talked = reason(found(EvidenceRows(talks=(talk,))), "talk")
    assert (talked.known, talked.points) == (True, points)


def test_a_talk_for_others_is_no_talk_for_these() -> None:
    talk = TalkEvidence(
        event="siggraph", title="T", state="accepted", segment="hpc", sentence="s", source="t"
    )
    assert not reason(found(EvidenceRows(talks=(talk,))), "talk").known


@pytest.mark.parametrize(
    ("people", "points", "says"),
    [
        ([person("Ada", 80), person("Sol", 10)], 6, "2 people live within 80 km."),
        ([person("Ada", 81)], 0, "Nobody lives within 80 km."),
        (
            [person("Ada", 20), person("Lin", 900, "vfx")],
            6,
            "1 person lives within 80 km; Lin, who knows the field, would travel 900 km.",
        ),
        (
            [person("Ada", 5, "vfx"), person("Bo", 6), person("Cy", 7), person("Di", 8)],
            15,
            "4 people live within 80 km; Ada, who knows the field, is one of them.",
        ),
        ([person("Ada", 5, "hpc")], 3, "1 person lives within 80 km."),
    ],
)
def test_local_reach_counts_neighbours_and_experts(
    people: list[LocalPerson], points: float, says: str
) -> None:
    local = reason(found(EvidenceRows(people=tuple(people))), "local")
    assert (local.points, local.sentence) == (points, says)


@pytest.mark.parametrize(
    ("amount", "talks", "points"),
    [(500, 100, 10), (5250, 100, 5), (10000, 100, 0), (20000, 100, 0), (0, 50, 10)],
)
def test_a_cheap_conversation_is_worth_more(amount: float, talks: int, points: float) -> None:
    cost = Cost(event="siggraph", amount=amount, conversations=talks, sentence="s", source="c")
    assert reason(found(EvidenceRows(costs=(cost,))), "cost").points == pytest.approx(points)


def test_what_no_rate_leads_from_is_named_beside_the_sum() -> None:
    cost = Cost(event="siggraph", amount=500, apart="20 EUR", conversations=100, sentence="s",
                source="c")  # fmt: skip
    said = reason(found(EvidenceRows(costs=(cost,))), "cost").sentence
    assert said == "About 5 USD per conversation: 500 for 100. 20 EUR besides: no rate leads there."


@pytest.mark.parametrize("conversations", [None, 0])
def test_a_price_without_conversations_says_nothing(conversations: int | None) -> None:
    cost = Cost(event="siggraph", amount=100, conversations=conversations, sentence="s", source="c")
    assert not reason(found(EvidenceRows(costs=(cost,))), "cost").known


def test_the_last_recap_counts_not_the_one_before() -> None:
    old = Recap(
        series="SIGGRAPH", edition="SIGGRAPH 2022", recommendation="skip",
        sentence="s", source="recap", dated=date(2022, 9, 1),
    )  # fmt: skip
    new = replace(old, edition="SIGGRAPH 2023", recommendation="again", dated=date(2023, 9, 1))
    recap = reason(found(EvidenceRows(recaps=(new, old))), "recap")
    assert (recap.points, recap.sentence) == (9, "The recap of SIGGRAPH 2023 says: go again.")


def test_nothing_known_is_no_score() -> None:
    match = engine(EvidenceRows()).match("hpc", "osd")
    assert (match.score, match.points, match.known) == (None, 0, 0)
    assert all(reason.sentence.startswith("Not known") for reason in match.reasons)


def test_weights_change_points_and_zero_takes_a_reason_out() -> None:
    known = EvidenceRows(gatherings=(GATHERS, AT_OSD), issues=(GLIBC,))
    match = found(known, weights=Weights(community=50, issue=0))
    assert reason(match, "community").weight == 50
    assert match.known_weight == 50
    assert found(known, weights=Weights(0, 0, 0, 0, 0, 0)).score is None


def test_what_would_change_a_match_most() -> None:
    openings = find_openings(engine().match("vfx", "siggraph"))
    assert [(opening.code, opening.gain) for opening in openings] == [
        ("talk", 13.5), ("local", 12.0), ("cost", 6.0),
    ]  # fmt: skip
    assert openings[0].sentence == "One talk is accepted"


def test_a_fact_moves_the_score_as_it_was_promised() -> None:
    """Once it is entered at its best or its worst, the score is what was said before."""
    before = found(EvidenceRows(gatherings=(GATHERS, AT_OSD), issues=(GLIBC,)))
    (promised,) = (one for one in find_openings(before, most=6) if one.code == "talk")
    for state, score in (("accepted", promised.high), ("rejected", promised.low)):
        talk = TalkEvidence(
            event="siggraph", title="t", state=state, sentence="s", source="talk list"
        )
        known = EvidenceRows(gatherings=(GATHERS, AT_OSD), issues=(GLIBC,), talks=(talk,))
        assert found(known).score == score
    assert promised.points == 15


def test_a_known_reason_can_only_rise() -> None:
    talk = TalkEvidence(
        event="siggraph", title="t", state="submitted", sentence="s", source="talk list"
    )
    match = found(EvidenceRows(gatherings=(GATHERS,), talks=(talk,)))
    (submitted,) = (one for one in find_openings(match, most=6) if one.code == "talk")
    assert (submitted.points, submitted.low) == (9, match.score)
    assert submitted.high > submitted.low


def test_where_nothing_weighs_nothing_would_change_it() -> None:
    nothing = Weights(0, 0, 0, 0, 0, 0)
    assert find_openings(engine(weights=nothing).match("vfx", "siggraph")) == []
