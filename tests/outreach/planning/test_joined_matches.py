"""The match of a trip: each reason as strong as at its best stop, each gate as its least open."""

from datetime import date

import pytest

from outreach.matching.engine.terms import EvidenceRow, ExplainedMatch, Gate, Reason, ReasonCode
from outreach.planning.fit.why import join_matches, newest

OLD = EvidenceRow(sentence="They were there.", source="blog", dated=date(2024, 3, 26))
NEW = EvidenceRow(sentence="They come.", source="forum", dated=date(2024, 7, 1))
BARE = EvidenceRow(sentence="Somebody says so.", source="page")


def reason(
    points: float, *rows: EvidenceRow, code: ReasonCode = "community", weight: float = 35
) -> Reason:
    return Reason(code, code.title(), f"{points:g}", points, weight, rows)


def match(
    event: str, rank: float, *reasons: Reason, gates: tuple[Gate, ...] = ()
) -> ExplainedMatch:
    known = [one for one in reasons if one.known]
    points, weight = sum(r.points for r in known), sum(r.weight for r in known)
    score = 100 * points / weight if weight else None
    total = sum(one.weight for one in reasons)
    return ExplainedMatch("vfx", event, score, rank, points, weight, total, reasons, gates)


def test_one_stop_stays_as_it_is() -> None:
    alone = match("1", 40, reason(20, OLD))
    assert join_matches([alone]) is alone


def test_each_reason_comes_from_its_best_stop() -> None:
    one = match("1", 70, reason(35, OLD), reason(0, code="talk", weight=15))
    two = match("2", 60, reason(20, NEW), reason(9, NEW, code="talk", weight=15))
    joined = join_matches([one, two])
    assert [r.points for r in joined.reasons] == [35, 9]
    assert (joined.points, joined.known_weight, joined.total_weight) == (44, 50, 50)
    assert joined.score == 88
    assert (joined.event, joined.rank) == ("1", 70)


def test_the_first_is_the_one_of_highest_rank_wherever_it_stands() -> None:
    weak, strong = match("1", 10, reason(1, OLD)), match("2", 90, reason(30, NEW))
    assert join_matches([weak, strong]).event == join_matches([strong, weak]).event == "2"


def test_what_is_known_counts_before_what_is_not() -> None:
    """A known zero is worth more than an unknown prior."""
    one = match("1", 50, reason(0, OLD))
    two = match("2", 50, reason(30))
    joined = join_matches([one, two])
    assert joined.reasons[0].known
    assert (joined.points, joined.score) == (0, 0)


def test_unknown_everywhere_is_left_out_and_has_no_score() -> None:
    joined = join_matches([match("1", 2, reason(0)), match("2", 1, reason(0))])
    assert (joined.score, joined.known_weight, joined.known) == (None, 0, 0)


def test_evidence_of_all_stops_is_kept_once_the_best_stop_first() -> None:
    joined = join_matches([match("1", 1, reason(5, OLD, BARE)), match("2", 2, reason(9, NEW, OLD))])
    assert joined.reasons[0].evidence == (NEW, OLD, BARE)


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        (("open", "open"), "open"),
        (("open", "unknown"), "unknown"),
        (("closed", "unknown"), "closed"),
        (("open", "closed"), "closed"),
    ],
)
def test_a_gate_is_as_open_as_at_its_least_open_stop(states: tuple[str, str], worst: str) -> None:
    stops = [
        match(str(n), n, reason(1, OLD), gates=(Gate("conduct", "Conduct", state, ""),))  # type: ignore[arg-type]
        for n, state in enumerate(states)
    ]
    assert [gate.state for gate in join_matches(stops).gates] == [worst]


@pytest.mark.parametrize(
    ("rows", "day"),
    [((), None), ((BARE,), None), ((OLD, NEW, BARE), NEW.dated), ((BARE, OLD), OLD.dated)],
)
def test_the_newest_evidence_dates_a_reason(
    rows: tuple[EvidenceRow, ...], day: date | None
) -> None:
    assert newest(reason(1, *rows)) == day
