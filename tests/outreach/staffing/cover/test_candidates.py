"""Who is asked first to take a shift, and the reasons that are given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.staffing.cover.candidates import CoverCandidate, PlaceToFill, RankedCandidate, rank
from outreach.staffing.roster.stated.availability import Said, SuitableTime
from outreach.staffing.rules import Commitment, Helper, Rules, Slot

DENVER, PORTLAND = (39.74, -104.98), (45.52, -122.68)
SIGGRAPH, FOSSY = 1, 2
STARTS = datetime(2024, 7, 31, 21, tzinfo=UTC)
"""15:00 in Denver."""
HOUR = timedelta(hours=1)
SLOT = Slot(9, STARTS, STARTS + HOUR, SIGGRAPH, needs=("expert:vfx",), place=DENVER)
PLACE = PlaceToFill(SLOT, Rules(), ZoneInfo("America/Denver"))


def somebody(number: int, name: str, **facts: object) -> CoverCandidate:
    knows = frozenset({"expert:vfx"})
    plain = CoverCandidate(
        Helper(number, name, is_experienced=True), name, home=DENVER, words=knows
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def held(hour: float, hours: float = 2, event: int = SIGGRAPH, kind: str = "shift") -> Commitment:
    starts = STARTS + (hour - 15) * HOUR
    place = DENVER if event == SIGGRAPH else PORTLAND
    return Commitment(starts, starts + hours * HOUR, kind, "SIGGRAPH", event, place, 5)  # type: ignore[arg-type]


def ordered(*candidates: CoverCandidate) -> list[str]:
    return [one.candidate.name for one in rank(PLACE, candidates)]


def only(candidate: CoverCandidate, place: PlaceToFill = PLACE) -> RankedCandidate:
    return rank(place, [candidate])[0]


SUITS = Said([SuitableTime(STARTS - HOUR, STARTS + 2 * HOUR)])
LIKES = Said([SuitableTime(STARTS - HOUR, STARTS + 2 * HOUR, likes=True)])
OTHER = Said([SuitableTime(STARTS - 5 * HOUR, STARTS - 3 * HOUR)])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"home": (48.1, 11.6)}),
        ({}, {"home": None}),
        ({"home": (48.1, 11.6), "is_on_team": True}, {"home": (48.1, 11.6)}),
        ({"commitments": [held(10)]}, {}),
        ({"commitments": [held(9), held(11)]}, {"home": (48.1, 11.6)}),
        ({"said": SUITS}, {}),
        ({"said": LIKES}, {"said": SUITS}),
        ({}, {"said": OTHER}),
        ({}, {"words": frozenset()}),
        ({}, {"asked": 1}),
        ({}, {"minutes": 240}),
        ({"waits": True}, {}),
        ({"said": OTHER}, {"commitments": [held(14.5)]}),
        ({"home": (48.1, 11.6)}, {"commitments": [held(14.5)]}),
        ({"home": (48.1, 11.6)}, {"commitments": [held(0, 48, FOSSY, "event")]}),
        ({}, {"answer": "no", "said": LIKES}),
        ({"commitments": [held(11, 4)]}, {"said": OTHER}),  # if need be, before who said no
        ({"home": (48.1, 11.6)}, {"gave_up": STARTS, "said": LIKES}),
        ({"home": (48.1, 11.6)}, {"missed": STARTS, "said": LIKES}),
        ({"commitments": [held(14.5)]}, {"gave_up": STARTS, "waits": True}),
    ],
)
def test_who_comes_first(first: dict[str, object], second: dict[str, object]) -> None:
    """The name would decide otherwise: the first of the pair is the last in the alphabet."""
    assert ordered(somebody(2, "Abe", **second), somebody(1, "Zoe", **first)) == ["Zoe", "Abe"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, "lives 1 km away"),
        ({"commitments": [held(10)]}, "there that day, shift 10:00–12:00"),
        ({"commitments": [held(10, 1, kind="talk")]}, "there that day, talk 10:00–11:00"),
        (
            {"commitments": [held(9, 0.5), held(9.5), held(16)]},
            "there that day, shift 09:00–11:30 and shift 16:00–18:00",
        ),
        ({"is_on_team": True}, "goes to the event"),
        ({"said": SUITS}, "said that time suits"),
        ({"said": LIKES}, "would like that time"),
        ({"waits": True}, "waits for this shift"),
        ({}, "knows vfx"),
        ({}, "no hours yet"),
        ({"minutes": 150}, "2.5 h so far"),
        ({"minutes": 240}, "4 h so far"),
        ({}, "not asked yet"),
        ({"asked": 1}, "asked once"),
        ({"asked": 3}, "asked 3 times"),
    ],
)
def test_reasons_in_words(facts: dict[str, object], reason: str) -> None:
    assert reason in only(somebody(1, "Sol", **facts)).reasons


@pytest.mark.parametrize(
    ("facts", "doubt"),
    [
        ({"commitments": [held(14.5)]}, "overlaps Sol's shift Wed 14:30"),
        ({"commitments": [held(11, 4)]}, "would make 5 hours on Wed 31 Jul"),
        ({"commitments": [held(13.5, 1, kind="talk")]}, None),
        ({"commitments": [held(14, 1, kind="talk")]}, "leaves less than 30 minutes after"),
        ({"said": OTHER}, "said another time"),
        ({"words": frozenset()}, "not known as somebody who knows vfx"),
        ({"home": (48.1, 11.6)}, "km away and not going there so far"),
        ({"home": None}, "home not known, not going there so far"),
        ({"gave_up": STARTS - 5 * HOUR}, "gave it up at 10:00"),
        ({"gave_up": STARTS - 25 * HOUR}, "gave it up on Tue 30 Jul at 14:00"),
        ({"missed": STARTS - 4 * HOUR}, "did not come Wed 11:00"),
    ],
)
def test_doubts_in_words(facts: dict[str, object], doubt: str | None) -> None:
    doubts = only(somebody(1, "Sol", **facts)).doubts
    assert (doubts == ()) if doubt is None else any(doubt in one for one in doubts), doubts


def test_the_first_three_who_are_free_are_ticked() -> None:
    people = [
        somebody(1, "Ada", commitments=[held(14.5)]),
        somebody(2, "Ben", answer="no"),
        *(somebody(number, f"Sol {number}") for number in range(3, 8)),
    ]
    ticked = [one.candidate.name for one in rank(PLACE, people) if one.is_ticked]
    assert ticked == ["Sol 3", "Sol 4", "Sol 5"]


@pytest.mark.parametrize(
    ("commitment", "said"),
    [
        (held(14.5, event=FOSSY), "has something else then"),
        (
            Commitment(STARTS - 24 * HOUR, STARTS + HOUR, "event", "FOSSY", FOSSY, PORTLAND, None),
            "at another event then",
        ),
    ],
)
def test_the_lead_of_one_event_learns_nothing_of_others(commitment: Commitment, said: str) -> None:
    place = replace(PLACE, names_elsewhere=False)
    found = only(somebody(1, "Sol", commitments=[commitment]), place)
    assert said in found.doubts
    assert not any("FOSSY" in one or "14:30" in one for one in found.doubts), found.doubts
    assert not found.is_free


def test_a_first_timer_beside_first_timers_is_named() -> None:
    company: Sequence[Helper] = [Helper(7, "Kim"), Helper(8, "Uli")]
    place = replace(PLACE, company=tuple(company))
    found = only(replace(somebody(1, "Dan"), helper=Helper(1, "Dan")), place)
    assert "first time at a booth" in found.reasons
    assert any("nobody who has stood at a booth before" in one for one in found.doubts)


@pytest.mark.parametrize(
    ("facts", "is_ticked"),
    [
        ({}, True),
        ({"commitments": [held(11, 4)]}, True),  # a rule speaks against it, which is said
        ({"is_mailed": False}, False),
        ({"gave_up": STARTS}, False),
        ({"missed": STARTS}, False),
        ({"said": OTHER}, False),
        ({"commitments": [held(14.5)]}, False),
        ({"answer": "asked"}, False),
    ],
)
def test_only_who_can_come_and_reads_mail_is_ticked(
    facts: dict[str, object], is_ticked: bool
) -> None:
    assert only(somebody(1, "Sol", **facts)).is_ticked == is_ticked
