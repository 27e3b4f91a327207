"""Gates stand beside the score: open, closed, or not known, each with a sentence."""

from dataclasses import replace
from datetime import date

import pytest

from outreach.matching.engine.terms import Cost, EvidenceRows, Gate, Means, OtherDecision
from tests.outreach.matching.matching_cast import CLOUD, EVENTS, OSD, SIGGRAPH, engine, event


def gate(code: str, evidence: EvidenceRows | None = None, key: str = "siggraph", **options) -> Gate:
    match = engine(evidence or EvidenceRows(), **options).match("vfx", key)
    return next(gate for gate in match.gates if gate.code == code)


def go(key: str, state: str = "go") -> OtherDecision:
    return OtherDecision(
        event=key, state=state, sentence=f"{key} is a {state}.", source="decisions"
    )


def test_a_code_of_conduct_without_address_is_not_known() -> None:
    assert gate("conduct").state == "open"
    assert gate("conduct", key="osd").state == "unknown"


@pytest.mark.parametrize(
    ("hands", "state", "says"),
    [
        (None, "unknown", "Nobody has said yet who can come."),
        (0, "closed", "Nobody can be there; a shift needs two."),
        (1, "closed", "Only 1 person can be there; a shift needs two."),
        (2, "open", "2 people can be there."),
    ],
)
def test_nobody_stands_alone(hands: int | None, state: str, says: str) -> None:
    means = Means(event="siggraph", hands=hands, sentence="s", source="team")
    found = gate("staffing", EvidenceRows(means=(means,)))
    assert (found.state, found.sentence) == (state, says)


@pytest.mark.parametrize(
    ("cap", "amount", "state"),
    [(None, 900, "unknown"), (1000, None, "unknown"), (1000, 1000, "open"), (1000, 1001, "closed")],
)
def test_the_cap_is_the_most_that_may_be_spent(
    cap: float | None, amount: float | None, state: str
) -> None:
    means = Means(event="siggraph", cap=cap, sentence="s", source="settings")
    cost = Cost(event="siggraph", amount=amount or 0, conversations=9, sentence="s", source="c")
    known = EvidenceRows(means=(means,), costs=(cost,) if amount is not None else ())
    assert gate("cap", known).state == state


@pytest.mark.parametrize(("amount", "state"), [(400, "unknown"), (600, "closed")])
def test_what_has_no_rate_leaves_the_cap_open(amount: float, state: str) -> None:
    means = Means(event="siggraph", cap=500, sentence="s", source="settings")
    cost = Cost(event="siggraph", amount=amount, apart="20 EUR", conversations=None, sentence="s",
                source="c")  # fmt: skip
    assert gate("cap", EvidenceRows(means=(means,), costs=(cost,))).state == state


BERLIN = {"city": "Berlin", "country": "Germany", "latitude": 52.5, "longitude": 13.4}
SAME_DAYS = event("berlin", "Berlin Days", date(2024, 7, 30), **BERLIN)
DAY_AFTER = event("after", "After Days", date(2024, 8, 2), **BERLIN)
TWO_AFTER = event("later", "Later Days", date(2024, 8, 3), **BERLIN)
ONLINE = event(
    "online", "Online Days", date(2024, 7, 30), online=True, city=None, latitude=None,
    longitude=None,
)  # fmt: skip
SEASON = (*EVENTS, SAME_DAYS, DAY_AFTER, TWO_AFTER, ONLINE)


@pytest.mark.parametrize(
    ("decided", "state"),
    [
        ((), "unknown"),
        ((go("cloud"),), "open"),
        ((go("osd"),), "open"),
        ((go("berlin"),), "closed"),
        ((go("after"),), "closed"),
        ((go("later"),), "open"),
        ((go("online"),), "open"),
        ((go("siggraph"),), "open"),
        ((go("berlin", "no_go"),), "open"),
    ],
)
def test_one_team_cannot_be_in_two_places(decided: tuple[OtherDecision, ...], state: str) -> None:
    assert gate("clash", EvidenceRows(decisions=decided), events=SEASON).state == state


def test_a_clash_says_with_what() -> None:
    sentence = gate("clash", EvidenceRows(decisions=(go("berlin"),)), events=SEASON).sentence
    assert sentence == "Berlin Days is a Go on the same days (30 July to 30 July), elsewhere."


def test_a_go_beside_it_lifts_the_rank_and_a_clash_lowers_it() -> None:
    def rank(*decided: OtherDecision) -> float:
        return engine(EvidenceRows(decisions=decided), events=SEASON).match("vfx", "siggraph").rank

    assert rank(go("berlin")) < rank() < rank(go("osd"))
    assert rank(go("cloud")) == rank() == rank(go("osd", "proposed"))


def test_what_another_event_changes_is_said_and_backed() -> None:
    known = EvidenceRows(decisions=(go("osd"), go("berlin")))
    asides = engine(known, events=SEASON).match("vfx", "siggraph").asides
    assert [aside.sentence for aside in asides] == [
        f"One trip with {OSD.name}, which is a Go.",
        "The team is at Berlin Days on these days.",
    ]
    assert all(aside.evidence for aside in asides)


def test_a_decision_made_later_is_not_felt_yet() -> None:
    later = replace(go("osd"), dated=date(2024, 7, 26))
    assert engine(EvidenceRows(decisions=(later,))).match("vfx", SIGGRAPH.key).asides == ()
    assert CLOUD.key not in engine(EvidenceRows(decisions=(later,))).going
