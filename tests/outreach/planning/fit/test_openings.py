"""What would change a fit: only facts that can still be had, each said as what is missing."""

from datetime import date, timedelta
from typing import Any

import pytest

from models import Event
from outreach.matching.engine.reasons import TITLES
from outreach.matching.engine.terms import (
    REASON_CODES,
    EvidenceRow,
    ExplainedMatch,
    Reason,
    Weights,
)
from outreach.planning.fit.openings import PLACES, Fact, list_facts

TODAY = date(2024, 7, 25)
ROW = EvidenceRow(sentence="It is so.", source="page")


def match(**known: float) -> ExplainedMatch:
    """Build a match of which these reasons are known, with these points."""
    reasons = tuple(
        Reason(code, TITLES[code], "s", known.get(code, 0.0), Weights().of(code), rows)
        for code in REASON_CODES
        for rows in [(ROW,) if code in known else ()]
    )
    weight = sum(reason.weight for reason in reasons if reason.known)
    points = sum(known.values())
    score = 100 * points / weight if weight else None
    return ExplainedMatch("vfx", "1", score, 0.0, points, weight, 100.0, reasons)


def event(starts: date = TODAY + timedelta(days=3), **columns: Any) -> Event:
    return Event(id=1, name="SIGGRAPH", starts_on=starts, ends_on=starts, **columns)


def facts(found: ExplainedMatch, *stops: Event, is_late: bool = False) -> list[Fact]:
    events = stops or (event(),)
    return list_facts(found, events, events[0], TODAY, is_late=is_late)


def test_the_greatest_come_first_and_three_are_enough() -> None:
    found = facts(match())
    assert [fact.place for fact in found] == ["evidence", "issues", "event"]
    assert [fact.points for fact in found] == [35, 15, 15]


def test_where_the_score_would_go() -> None:
    (talk, _, cost) = facts(match(community=35.0, issue=15.0))
    assert (talk.sentence, talk.points) == ("One talk is accepted", 15)
    assert (talk.low, talk.high) == (77, 100)
    assert (cost.points, cost.low, cost.high) == (10, 83, 100)


def test_nothing_is_left_to_be_had() -> None:
    everything = {code: Weights().of(code) for code in REASON_CODES}
    assert facts(match(**everything)) == []
    assert facts(match(**(everything | {"recap": 0.0}))) == []


@pytest.mark.parametrize(("days", "there"), [(-1, False), (0, True), (3, True)])
def test_nothing_changes_a_trip_that_is_over(days: int, there: bool) -> None:
    assert bool(facts(match(), event(TODAY + timedelta(days=days)))) == there


def test_a_trip_is_over_with_its_last_stop() -> None:
    over, to_come = event(TODAY - timedelta(days=2)), event()
    assert facts(match(), over, to_come)


@pytest.mark.parametrize(
    ("is_late", "known", "there"),
    [(False, False, True), (True, False, False), (True, True, True)],
)
def test_a_closed_call_takes_no_new_talk(is_late: bool, known: bool, there: bool) -> None:
    found = match(community=35.0, issue=15.0, **({"talk": 6.0} if known else {}))
    assert ("event" in {fact.place for fact in facts(found, is_late=is_late)}) == there


@pytest.mark.parametrize(
    ("price", "conversations", "said"),
    [
        (None, None, "The price of a booth and the conversations to expect are not known"),
        (None, 60, "The price of a booth is not known"),
        (0, None, "How many conversations to expect is not known"),
        (900, 60, "The booth costs less, or brings more conversations"),
    ],
)
def test_what_is_missing_of_the_cost(
    price: int | None, conversations: int | None, said: str
) -> None:
    stop = event(booth_cost=price, expected_conversations=conversations)
    found = facts(match(community=35.0, issue=15.0, talk=15.0, local=15.0), stop)
    assert [fact.sentence for fact in found] == [said]


def test_every_reason_but_the_recap_has_its_page() -> None:
    assert set(REASON_CODES) - set(PLACES) == {"recap"}
