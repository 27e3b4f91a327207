"""The rules of a booth, by tables on their boundaries."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.refusal import Refused
from outreach.staffing.rules import (
    Commitment,
    Helper,
    NeedsReason,
    Rules,
    Slot,
    as_stored,
    breaches_of,
    handovers_of,
    rules_of,
)

DENVER_ZONE = ZoneInfo("America/Denver")
DENVER = (39.74, -104.98)
BOULDER = (40.01, -105.27)
ATLANTA = (33.75, -84.39)
HERE, ELSEWHERE = 1, 2


def local(clock: str, day: date, zone: ZoneInfo = DENVER_ZONE) -> datetime:
    """Return an instant from the venue's clock; "25:00" is one o'clock the day after."""
    hours, minutes = map(int, clock.split(":"))
    wall = datetime(day.year, day.month, day.day) + timedelta(hours=hours, minutes=minutes)  # noqa: DTZ001
    return wall.replace(tzinfo=zone).astimezone(UTC)


def span(text: str, day: date, zone: ZoneInfo = DENVER_ZONE) -> tuple[datetime, datetime]:
    starts, ends = text.split("-")
    return local(starts, day, zone), local(ends, day, zone)


WEDNESDAY = date(2024, 7, 31)


def slot(text: str, day: date = WEDNESDAY, zone: ZoneInfo = DENVER_ZONE, most: int = 3) -> Slot:
    starts, ends = span(text, day, zone)
    return Slot(99, starts, ends, HERE, label="SIGGRAPH", place=DENVER, max_people=most)


def does(
    kind: str,
    text: str,
    day: date = WEDNESDAY,
    zone: ZoneInfo = DENVER_ZONE,
    event: int = HERE,
    place: tuple[float, float] | None = DENVER,
) -> Commitment:
    starts, ends = span(text, day, zone)
    label = {"talk": "Fast math", "shift": "SIGGRAPH", "event": "SeaGL"}[kind]
    label = "SeaGL" if event == ELSEWHERE else label
    return Commitment(starts, ends, kind, label, event, place, shift_id=1)  # type: ignore[arg-type]


def broken(
    asked: Slot,
    *doing: Commitment,
    rules: Rules = Rules(needs_experience=False),  # noqa: B008 - frozen
    zone: ZoneInfo = DENVER_ZONE,
) -> list[str]:
    return [breach.code for breach in breaches_of(asked, doing, rules, zone)]


def sentences(asked: Slot, *doing: Commitment, **how: object) -> list[str]:
    found = breaches_of(asked, doing, Rules(), DENVER_ZONE, **how)  # type: ignore[arg-type]
    return [breach.sentence for breach in found]


@pytest.mark.parametrize(
    ("asked", "held", "codes"),
    [
        ("13:00-15:00", "15:00-16:00", []),
        ("13:00-15:00", "14:45-16:45", []),
        ("13:00-15:00", "14:44-16:44", ["double"]),
        ("13:00-15:00", "11:15-13:15", []),
        ("13:00-15:00", "11:16-13:16", ["double"]),
        ("13:00-15:00", "13:00-15:00", ["double"]),
        ("13:00-15:00", "14:45-15:00", ["double"]),
        ("13:00-15:00", "13:00-13:15", ["double"]),
        ("13:00-13:10", "12:00-14:00", ["double"]),
        ("13:00-13:10", "13:05-13:20", []),
    ],
)
def test_only_a_handover_may_overlap(asked: str, held: str, codes: list[str]) -> None:
    doubles = [code for code in broken(slot(asked), does("shift", held)) if code == "double"]
    assert doubles == codes


def test_a_handover_is_between_shifts_of_one_booth() -> None:
    elsewhere = does("shift", "14:50-16:50", event=ELSEWHERE, place=DENVER)
    assert broken(slot("13:00-15:00"), elsewhere) == ["double"]
    assert broken(slot("13:00-15:00"), does("talk", "14:50-16:50")) == ["double"]


@pytest.mark.parametrize(
    ("talk", "codes"),
    [
        ("15:30-16:00", []),
        ("15:29-16:00", ["talk"]),
        ("15:00-16:00", ["talk"]),
        ("14:59-16:00", ["double"]),
        ("12:00-12:30", []),
        ("12:00-12:31", ["talk"]),
        ("12:00-13:00", ["talk"]),
        ("12:00-13:01", ["double"]),
    ],
)
def test_half_an_hour_before_and_after_a_talk_stays_free(talk: str, codes: list[str]) -> None:
    assert broken(slot("13:00-15:00"), does("talk", talk)) == codes


@pytest.mark.parametrize(
    ("held", "codes"),
    [
        (["09:00-11:00", "11:00-13:00"], ["row", "day", "lunch"]),
        (["09:00-10:00", "10:00-11:00"], []),
        (["15:00-16:00", "16:00-17:00"], ["row"]),
        (["15:15-16:00", "16:00-17:00"], ["row"]),
        (["15:16-16:00", "16:00-17:00"], []),
        (["12:00-13:00", "15:00-16:00"], ["row"]),
        (["12:00-13:15", "14:45-16:00"], ["row"]),
        (["12:00-12:44", "15:16-16:00"], []),
        (["15:00-16:00", "17:00-18:00"], []),
    ],
)
def test_two_slots_in_a_row_are_the_most(held: list[str], codes: list[str]) -> None:
    assert broken(slot("13:00-15:00"), *(does("shift", one) for one in held)) == codes


@pytest.mark.parametrize(
    ("held", "codes"),
    [
        (["08:00-10:00"], []),
        (["08:00-10:01"], ["day"]),
        (["07:00-08:00", "17:00-18:00"], []),
        (["07:00-08:00", "17:00-18:01"], ["day"]),
        (["14:45-16:45", "18:00-18:15"], []),  # the hand-over counts once
    ],
)
def test_four_hours_a_day_are_the_most(held: list[str], codes: list[str]) -> None:
    assert broken(slot("13:00-15:00"), *(does("shift", one) for one in held)) == codes


@pytest.mark.parametrize(
    ("asked", "held", "codes"),
    [
        ("12:00-14:00", [], []),  # eats before noon
        ("10:00-14:00", [], []),  # eats at two
        ("10:00-14:01", [], ["lunch"]),
        ("10:31-11:31", ["12:31-14:31"], []),  # an hour in between
        ("10:31-11:31", ["12:30-14:31"], ["lunch"]),
        ("11:30-14:30", [], []),  # eats at half past ten
        ("11:29-14:30", [], ["lunch"]),
        ("09:00-11:30", ["15:00-16:00"], []),
        ("14:00-18:00", [], []),
        ("07:30-11:30", [], []),
    ],
)
def test_an_hour_around_lunch_stays_free(asked: str, held: list[str], codes: list[str]) -> None:
    rules = Rules(most_minutes_a_day=600, most_in_a_row=9)
    assert broken(slot(asked), *(does("shift", one) for one in held), rules=rules) == codes


def test_a_talk_at_noon_is_no_lunch() -> None:
    doing = [does("shift", "10:00-12:00"), does("talk", "12:30-13:30")]
    assert broken(slot("14:00-16:00"), *doing) == []
    assert broken(slot("14:01-16:00"), *doing[:1], does("talk", "12:30-13:31")) == []
    assert broken(slot("13:45-15:45"), *doing) == ["talk", "lunch"]


@pytest.mark.parametrize(
    ("other", "codes"),
    [
        (does("event", "00:00-24:00", event=ELSEWHERE, place=ATLANTA), ["travel"]),
        (does("event", "00:00-24:00", event=ELSEWHERE, place=BOULDER), []),
        (does("event", "00:00-24:00", event=ELSEWHERE, place=None), ["travel"]),
        (does("event", "00:00-24:00", event=HERE), []),
        # Atlanta is 1,945 km away: four hours from door to door and a little over three in flight.
        (does("event", "00:00-05:45", event=ELSEWHERE, place=ATLANTA), []),
        (does("event", "00:00-05:46", event=ELSEWHERE, place=ATLANTA), ["travel"]),
        (does("shift", "22:15-23:00", event=ELSEWHERE, place=ATLANTA), []),
        (does("shift", "22:14-23:00", event=ELSEWHERE, place=ATLANTA), ["travel"]),
        (does("shift", "14:00-16:00", event=ELSEWHERE, place=ATLANTA), ["double"]),
        (does("shift", "15:00-16:00", event=ELSEWHERE, place=None), []),
        (does("talk", "17:00-18:00", event=ELSEWHERE, place=ATLANTA), ["travel"]),
    ],
)
def test_two_events_need_the_time_to_travel(other: Commitment, codes: list[str]) -> None:
    assert broken(slot("13:00-15:00"), other) == codes


ADA = Helper(1, "Ada", is_experienced=True)
SOL, BO, KIT = (Helper(number, name) for number, name in ((2, "Sol"), (3, "Bo"), (4, "Kit")))


@pytest.mark.parametrize(
    ("helper", "company", "most", "codes"),
    [
        (SOL, [BO, KIT], 3, ["newcomers"]),
        (SOL, [BO, ADA], 3, []),
        (SOL, [BO], 3, []),
        (ADA, [BO, KIT], 3, []),
        (SOL, [], 1, ["newcomers"]),
        (ADA, [], 1, []),
        (SOL, [SOL, BO], 2, ["newcomers"]),
        (SOL, [SOL], 2, []),
    ],
)
def test_newcomers_do_not_fill_a_slot_alone(
    helper: Helper, company: list[Helper], most: int, codes: list[str]
) -> None:
    asked = slot("13:00-15:00", most=most)
    found = breaches_of(asked, [], Rules(), DENVER_ZONE, helper=helper, company=company)
    assert [breach.code for breach in found] == codes
    off = Rules(needs_experience=False)
    assert breaches_of(asked, [], off, DENVER_ZONE, helper=helper, company=company) == []


BERLIN, LONDON = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/London")
AUCKLAND, KIRITIMATI = ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Kiritimati")
CHATHAM = ZoneInfo("Pacific/Chatham")
FORWARD, BACK = date(2024, 3, 31), date(2024, 10, 27)
AUCKLAND_BACK = date(2024, 4, 7)


@pytest.mark.parametrize(
    ("zone", "day", "asked", "held", "codes"),
    [
        # The night has an hour less, or one more, than its clock shows.
        (BERLIN, FORWARD, "00:00-03:30", "05:00-06:30", []),
        (BERLIN, FORWARD, "00:00-03:30", "05:00-06:31", ["day"]),
        (BERLIN, BACK, "00:00-03:30", "05:00-05:01", ["day"]),
        (BERLIN, BACK, "00:00-03:00", "05:00-05:01", ["day"]),
        (LONDON, BACK, "00:00-01:00", "05:00-08:00", []),
        (AUCKLAND, AUCKLAND_BACK, "00:00-03:00", "09:00-09:01", ["day"]),
        (KIRITIMATI, WEDNESDAY, "09:00-11:00", "15:00-17:00", []),
        (KIRITIMATI, WEDNESDAY, "09:00-11:00", "15:00-17:01", ["day"]),
        (CHATHAM, WEDNESDAY, "09:00-11:00", "15:00-17:01", ["day"]),
        # Past midnight each day has its part.
        (DENVER_ZONE, WEDNESDAY, "22:00-26:00", "18:00-20:00", []),
        (DENVER_ZONE, WEDNESDAY, "22:00-26:00", "18:00-20:01", ["day"]),
        (DENVER_ZONE, WEDNESDAY, "22:00-26:00", "32:00-34:00", []),
        (DENVER_ZONE, WEDNESDAY, "22:00-26:00", "32:00-34:01", ["day"]),
        (AUCKLAND, WEDNESDAY, "23:00-25:00", "20:00-22:00", []),
    ],
)
def test_a_day_is_the_venues_and_an_hour_is_an_hour(
    zone: ZoneInfo, day: date, asked: str, held: str, codes: list[str]
) -> None:
    rules = Rules(most_in_a_row=9)
    assert broken(slot(asked, day, zone), does("shift", held, day, zone), rules=rules,
                  zone=zone) == codes  # fmt: skip


def test_the_lunch_of_a_day_that_changes_its_clock_is_by_the_new_one() -> None:
    rules = Rules(most_minutes_a_day=900, most_in_a_row=9)
    for day in (FORWARD, BACK):
        asked = slot("10:00-14:00", day, BERLIN)
        assert broken(asked, rules=rules, zone=BERLIN) == []
        later = slot("10:00-14:01", day, BERLIN)
        assert broken(later, rules=rules, zone=BERLIN) == ["lunch"]


def test_every_breach_is_a_sentence_for_a_volunteer() -> None:
    asked = slot("13:00-15:00", most=1)
    held = [does("shift", "09:00-11:00"), does("shift", "11:00-13:00")]
    elsewhere = does("event", "00:00-24:00", event=ELSEWHERE, place=ATLANTA)
    talk = does("talk", "15:15-16:00")
    assert sentences(asked, *held, talk, elsewhere, helper=SOL, company=[]) == [
        "Wed 31 Jul, 13:00–15:00 leaves no time for your way from or to SeaGL.",
        "Wed 31 Jul, 13:00–15:00 leaves less than 30 minutes before your talk Wed 15:15.",
        "Wed 31 Jul, 13:00–15:00 would be your third slot in a row.",
        "Wed 31 Jul, 13:00–15:00 would make 6 hours on Wed 31 Jul; 4 hours a day is the most.",
        "Wed 31 Jul, 13:00–15:00 would leave no 60 minutes free around your lunch (11:30–14:00).",
        "Wed 31 Jul, 13:00–15:00 would be full, with nobody who has stood at a booth before.",
    ]
    assert sentences(asked, does("shift", "09:00-11:30")) == [
        "Wed 31 Jul, 13:00–15:00 would make 4 h 30 min on Wed 31 Jul; 4 hours a day is the most."
    ]
    assert sentences(asked, does("shift", "14:00-16:00")) == [
        "Wed 31 Jul, 13:00–15:00 overlaps your shift Wed 14:00."
    ]
    assert sentences(asked, does("shift", "14:00-16:00", event=ELSEWHERE), name="Sol") == [
        "Wed 31 Jul, 13:00–15:00 overlaps Sol's shift Wed 14:00 at SeaGL."
    ]
    asked = slot("23:00-25:00")
    assert sentences(asked, does("talk", "22:00-22:31")) == [
        "Wed 31 Jul, 23:00–01:00 leaves less than 30 minutes after your talk Wed 22:00."
    ]


def test_a_handover_is_named_and_fine() -> None:
    named = handovers_of(slot("13:00-15:00"), [does("shift", "11:15-13:15")], Rules(), DENVER_ZONE)
    assert named == ["It overlaps your shift Wed 11:15; the hand-over of 15 minutes is fine."]


def test_the_slot_itself_is_no_clash() -> None:
    asked = slot("13:00-15:00")
    itself = Commitment(asked.starts, asked.ends, "shift", "SIGGRAPH", HERE, DENVER, asked.id)
    assert broken(asked, itself) == []


def test_rules_are_stored_as_what_differs() -> None:
    assert as_stored(Rules()) == {}
    changed = Rules(most_in_a_row=3, lunch_from="12:00")
    assert as_stored(changed) == {"most_in_a_row": 3, "lunch_from": "12:00"}
    assert rules_of(as_stored(changed)) == changed
    assert rules_of({"of another version": 1}) == Rules()


def test_a_rule_that_cannot_be_read_is_the_usual_one() -> None:
    """An earlier version kept a lunch until 24:00, and every page of the booth broke on it."""
    odd = [
        None,
        [],
        {},
        "24:00",
        "9:30",
        "09:30:00",
        "\u0660\u0669:30",
        "",
        -1,
        10**9,
        float("nan"),
    ]
    for name in asdict(Rules()):
        for value in odd:
            if name == "travel_words" and isinstance(value, str):  # words may be any
                continue
            assert rules_of({name: value}) == Rules(), (name, value)


def test_what_wants_a_reason_is_a_refusal_that_lists_why() -> None:
    found = breaches_of(slot("10:00-14:30"), [], Rules(), DENVER_ZONE)
    refused = NeedsReason(found)
    assert isinstance(refused, Refused)
    assert [breach.code for breach in refused.breaches] == ["day", "lunch"]
    assert all(breach.sentence in refused.sentence for breach in found)
