"""Coverage, gaps, hours and shares of a roster, on their boundaries and in odd zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.calendars.clock import say_hours, say_spoken_times
from outreach.staffing.roster.coverage import (
    Coverage,
    RosterPerson,
    Staffed,
    coverage,
    gaps_in,
    headline,
    hours_of,
    open_time,
    say_busiest,
    who_reaches,
)
from outreach.staffing.roster.remarks import (
    remarks_on_booth,
    remarks_on_hours,
    remarks_on_slots,
    who_has_more,
)
from outreach.staffing.rules import Rules, Slot

DENVER = ZoneInfo("America/Denver")
AUCKLAND = ZoneInfo("Pacific/Auckland")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")
WEDNESDAY = date(2024, 7, 31)
ADA, LIN, SOL, NOOR = (
    RosterPerson(number, name, True, f"{name} Example")
    for number, name in enumerate(("Ada", "Lin", "Sol", "Noor"), 1)
)  # fmt: skip
TWO = (ADA, LIN)
KIM = RosterPerson(5, "Kim", False, "Kim Sample")
BEN = RosterPerson(6, "Ben", False, "Ben Sample", frozenset({"language:fr", "expert:vfx"}))


def local(text: str, zone: ZoneInfo = DENVER, day: date = WEDNESDAY) -> datetime:
    """Return an instant: "15:00", or "1 02:00" for the next day."""
    ahead, _, clock = text.rpartition(" ")
    at = datetime.combine(day + timedelta(days=int(ahead or 0)), datetime.min.time(), zone)
    hour, minute = clock.split(":")
    return at.replace(hour=int(hour), minute=int(minute)).astimezone(UTC)


def staffed(
    first: str,
    last: str,
    *people: RosterPerson,
    zone: ZoneInfo = DENVER,
    day: date = WEDNESDAY,
    lead: RosterPerson | None = None,
    **columns: object,
) -> Staffed:
    """Return a slot with people on it; it is numbered by its start."""
    starts, ends = local(first, zone, day), local(last, zone, day)
    slot = Slot(int(starts.timestamp()), starts, ends, 1, **columns)  # type: ignore[arg-type]
    return Staffed(slot, people, frozenset({lead.id}) if lead else frozenset())


OPEN = [(local("09:30"), local("18:00"))]
SKETCH = [
    staffed("09:00", "09:30", LIN, KIM, kind="set_up"),
    staffed("09:30", "11:30", LIN, KIM),
    staffed("11:30", "13:30", ADA, SOL),
    staffed("13:30", "15:00", ADA, LIN),
    staffed("15:00", "16:00"),
    staffed("16:00", "18:00", SOL, KIM),
    staffed("18:00", "18:30", ADA, NOOR, kind="tear_down"),
]


def test_the_day_of_the_sketch() -> None:
    found = coverage(OPEN, SKETCH)
    assert (found.words, found.percent, found.is_full) == ("7.5 of 8.5 h", 88, False)
    gaps = gaps_in(OPEN, SKETCH)
    assert gaps == [(local("15:00"), local("16:00"))]
    said = headline(WEDNESDAY, True, gaps, DENVER, whole=False, anybody=True)
    assert said == "Wednesday is covered, except from three to four."


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ([], "0 of 8.5 h"),
        ([staffed("09:30", "18:00", ADA, LIN)], "8.5 of 8.5 h"),
        ([staffed("09:30", "18:00", ADA)], "0 of 8.5 h"),
        ([staffed("09:30", "18:00", ADA, min_people=1)], "8.5 of 8.5 h"),
        ([staffed("08:00", "19:00", ADA, LIN)], "8.5 of 8.5 h"),
        # One minute short of the end, and of a slot that begins late.
        ([staffed("09:30", "17:59", ADA, LIN)], "8.48 of 8.5 h"),
        ([staffed("09:30", "13:00", *TWO), staffed("13:01", "18:00", *TWO)], "8.48 of 8.5 h"),
        # A hand-over of a quarter: who leaves still stands there.
        ([staffed("09:30", "13:15", *TWO), staffed("13:00", "18:00", SOL, KIM)], "8.5 of 8.5 h"),
        ([staffed("09:30", "13:15", ADA, LIN), staffed("13:00", "18:00")], "3.75 of 8.5 h"),
        # The same person on two slots at once is one person.
        ([staffed("09:30", "18:00", ADA), staffed("10:00", "12:00", ADA)], "0 of 8.5 h"),
        ([staffed("09:30", "18:00", ADA), staffed("10:00", "12:00", LIN)], "2 of 8.5 h"),
        # Set-up and tear-down cover nothing.
        ([staffed("09:30", "18:00", ADA, LIN, kind="set_up")], "0 of 8.5 h"),
    ],
)  # fmt: skip
def test_coverage(slots: list[Staffed], words: str) -> None:
    assert coverage(OPEN, slots).words == words


def test_a_booth_without_hours_is_open_while_it_has_shifts() -> None:
    slots = [*SKETCH, staffed("18:00", "19:00", ADA)]
    assert open_time([], slots) == [(local("09:30"), local("19:00"))]
    assert open_time(OPEN, slots) == OPEN
    assert coverage([], []) == Coverage(timedelta(), timedelta())
    assert coverage([], []).percent == 0


def test_percent_is_never_a_hundred_while_a_minute_is_missing() -> None:
    whole = timedelta(days=30)
    assert Coverage(whole - timedelta(minutes=1), whole).percent == 99
    assert Coverage(whole, whole).percent == 100


@pytest.mark.parametrize(
    ("zone", "day", "first", "last", "hours"),
    [
        (DENVER, date(2024, 3, 9), "22:00", "1 04:00", "5"),  # an hour is skipped at 02:00
        (DENVER, date(2024, 11, 2), "22:00", "1 04:00", "7"),  # an hour comes twice
        (ZoneInfo("Europe/Berlin"), date(2024, 3, 30), "23:00", "1 05:00", "5"),
        (AUCKLAND, date(2024, 4, 6), "22:00", "1 04:00", "7"),
        (AUCKLAND, date(2024, 9, 28), "22:00", "1 04:00", "5"),
        (KIRITIMATI, WEDNESDAY, "22:00", "1 02:00", "4"),
        (ZoneInfo("Asia/Kathmandu"), WEDNESDAY, "23:45", "1 00:15", "0.5"),
    ],
)
def test_hours_over_midnight_and_a_change_of_the_clocks(
    zone: ZoneInfo, day: date, first: str, last: str, hours: str
) -> None:
    slot = staffed(first, last, ADA, LIN, zone=zone, day=day)
    assert coverage([slot.span], [slot]).words == f"{hours} of {hours} h"
    assert say_hours(hours_of([slot])[ADA.id]) == hours


@pytest.mark.parametrize(
    ("zone", "first", "last", "words"),
    [
        (DENVER, "15:00", "16:00", "three to four"),
        (DENVER, "11:00", "13:00", "eleven to one"),
        (DENVER, "12:00", "13:00", "twelve to one"),
        (DENVER, "15:15", "16:00", "15:15 to 16:00"),
        (DENVER, "03:00", "04:00", "03:00 to 04:00"),
        (DENVER, "18:00", "20:00", "18:00 to 20:00"),
        (DENVER, "22:00", "1 02:00", "22:00 to 02:00"),
        (DENVER, "07:00", "19:00", "07:00 to 19:00"),
        (DENVER, "09:00", "1 10:00", "09:00 to 10:00"),
        (AUCKLAND, "09:00", "10:00", "nine to ten"),
    ],
)
def test_a_gap_is_said_by_the_venues_clock(
    zone: ZoneInfo, first: str, last: str, words: str
) -> None:
    assert say_spoken_times(local(first, zone), local(last, zone), zone) == words


def test_the_headline_is_the_answer() -> None:
    gaps = [(local(f"{hour}:00"), local(f"{hour + 1}:00")) for hour in (10, 12, 15, 17)]

    def said(count: int, is_open: bool = True, whole: bool = False, anybody: bool = False) -> str:
        return headline(WEDNESDAY, is_open, gaps[:count], DENVER, whole, anybody)

    assert said(0) == "Wednesday is covered."
    assert said(2) == "Wednesday is covered, except from ten to eleven and from twelve to one."
    assert said(3) == "Wednesday has three gaps."
    assert said(1, whole=True) == "Wednesday has nobody yet."
    assert said(1, whole=True, anybody=True) == "Wednesday has too few people all day."
    assert said(0, whole=True) == "No shift is drawn for Wednesday yet."
    assert said(0, is_open=False) == "Nothing is open on Wednesday."


def test_hours_of_each_and_the_busiest() -> None:
    hours = hours_of(SKETCH)
    assert {one: say_hours(time) for one, time in hours.items()} == {
        ADA.id: "4", LIN.id: "4", KIM.id: "4.5", SOL.id: "4", NOOR.id: "0.5",
    }  # fmt: skip
    people = {one.id: one for one in (ADA, LIN, SOL, NOOR, KIM)}
    assert say_busiest(hours, people) == "Kim has the most: 4.5 of 17 person-hours, 26 %."
    two = hours_of(SKETCH[2:3])
    assert say_busiest(two, people) == "Ada and Sol both have the most: 2 of 4 person-hours, 50 %."
    assert say_busiest({}, people) is None
    assert say_busiest({ADA.id: timedelta(hours=1)}, people) is None
    # A hand-over to oneself counts once.
    both = [staffed("09:00", "11:15", ADA), staffed("11:00", "13:00", ADA)]
    assert say_hours(hours_of(both)[ADA.id]) == "4"


@pytest.mark.parametrize(
    ("minutes", "share", "reaches"),
    [(254, 0.5, False), (255, 0.5, True), (510, 1.0, True), (509, 1.0, False), (1, 0.0, False)],
)
def test_who_reaches_the_share_from_which_travel_is_paid(
    minutes: int, share: float, reaches: bool
) -> None:
    hours = {ADA.id: timedelta(minutes=minutes)}
    found = who_reaches(hours, timedelta(hours=8.5), Rules(travel_share=share))
    assert found == ({ADA.id} if reaches else frozenset())


def titles(slots: list[Staffed], rules: Rules | None = None) -> list[str]:
    """Return what is remarked on these slots."""
    return [one.title for one in remarks_on_slots(slots, rules or Rules(), DENVER)]


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ([], []),
        ([staffed("15:00", "16:00")], ["Wed 15:00 has nobody"]),
        ([staffed("15:00", "16:00", ADA)], ["Wed 15:00 has one person"]),
        (
            [staffed("13:00", "14:00", ADA), staffed("11:00", "12:00", LIN)],
            ["Two slots have one person"],
        ),
        ([staffed("15:00", "16:00", ADA, LIN)], []),
        ([staffed("15:00", "16:00", ADA, LIN, SOL)], []),
        ([staffed("15:00", "16:00", ADA, LIN, SOL, NOOR)], ["Wed 15:00 is over-full"]),
        ([staffed("15:00", "16:00", KIM, BEN)], ["Only first-timers at Wed 15:00"]),
        ([staffed("15:00", "16:00", KIM, ADA)], []),
        ([staffed("15:00", "16:00", KIM, min_people=1)], ["Only a first-timer at Wed 15:00"]),
        ([staffed("15:00", "16:00", ADA, LIN, needs=("lead",))], ["Wed 15:00 asks for more"]),
        ([staffed("15:00", "16:00", ADA, LIN, lead=ADA, needs=("lead",))], []),
        ([staffed("15:00", "16:00", ADA, BEN, needs=("language:fr", "expert:vfx"))], []),
        ([staffed("15:00", "16:00", needs=("language:fr",))], ["Wed 15:00 has nobody"]),
    ],
)
def test_what_is_wrong_with_slots(slots: list[Staffed], said: list[str]) -> None:
    assert titles(slots) == said


def test_many_slots_share_a_line_and_three_are_named() -> None:
    hours = [staffed(f"{hour}:00", f"{hour + 1}:00") for hour in range(9, 15)]
    (said,) = remarks_on_slots(hours, Rules(), DENVER)
    assert said.title == "Six slots have nobody"
    assert said.text == "Wed 09:00, Wed 10:00, Wed 11:00 and 3 more."
    alone = [staffed(f"{hour}:00", f"{hour + 1}:00", KIM, BEN) for hour in range(9, 14)]
    (said,) = remarks_on_slots(alone, Rules(), DENVER)
    assert said.title == "Five slots have only first-timers"
    assert said.text.endswith("and 2 more.") and said.shift_id == alone[0].slot.id
    full = [staffed(f"{hour}:00", f"{hour + 1}:00", ADA, LIN, SOL, NOOR) for hour in range(9, 13)]
    asking = [staffed(f"{hour}:00", f"{hour + 1}:00", ADA, LIN, needs=("lead",))
              for hour in range(9, 13)]  # fmt: skip
    assert titles(full) == ["Four slots are over-full"]
    assert titles(asking) == ["Four slots ask for more"]


def test_needs_are_said_in_words_and_newcomers_only_where_the_rule_asks() -> None:
    slot = staffed("15:00", "16:00", ADA, LIN, needs=("lead", "language:fr", "skill:forklift"))
    (remark,) = remarks_on_slots([slot], Rules(), DENVER)
    said = "Nobody who leads, nobody who speaks french and nobody for forklift is on it."
    assert remark.text.casefold() == said.casefold()
    assert "French" in remark.text
    assert remark.shift_id == slot.slot.id
    alone = [staffed("15:00", "16:00", KIM, BEN)]
    assert titles(alone, Rules(needs_experience=False)) == []


@pytest.mark.parametrize(("last", "is_over"), [("13:30", False), ("13:31", True)])
def test_more_than_the_rule_allows_on_a_day(last: str, is_over: bool) -> None:
    slots = [staffed("09:30", last, ADA)]
    found = remarks_on_hours(slots, [WEDNESDAY], Rules(), DENVER)
    assert [one.person_id for one in found] == ([ADA.id] if is_over else [])


def test_who_has_more_than_so_many_hours() -> None:
    slots = [staffed("20:00", "1 02:00", ADA)]
    assert who_has_more(slots, 5.9) == [(ADA, timedelta(hours=6))]
    assert who_has_more(slots, 6) == []


def test_fewer_than_six_different_people_for_two_days() -> None:
    thursday = (local("1 09:30"), local("1 15:30"))

    def said(*open_spans: tuple[datetime, datetime]) -> list[str]:
        return [one.title for one in remarks_on_booth(SKETCH, open_spans, Rules(), DENVER)]

    assert said(*OPEN, thursday)[0] == "Five people for two days"
    assert said(*OPEN)[0] == "Kim has the most"
    sixth = [*SKETCH, staffed("15:00", "16:00", BEN, ADA)]
    first = remarks_on_booth(sixth, [*OPEN, thursday], Rules(), DENVER)[0]
    assert first.title == "Ada has the most"


def test_the_whole_booth_in_sentences() -> None:
    found = {one.title: one.text for one in remarks_on_booth(SKETCH, OPEN, Rules(), DENVER)}
    assert found == {
        "Kim has the most": "4.5 of 17 person-hours, 26 %.",
        "No first-timer stands alone": "Kim is new. Ada, Lin, Noor and Sol have done it before.",
    }
    often = [staffed("09:30", "13:45", KIM, ADA), staffed("13:45", "18:00", LIN, SOL)]
    said = "Ada, Kim, Lin and Sol reach half of the open time"
    assert said not in {one.title for one in remarks_on_booth(often, OPEN, Rules(), DENVER)}
    paid = Rules(travel_share=0.5)
    found = {one.title: one.text for one in remarks_on_booth(often, OPEN, paid, DENVER)}
    assert found[said] == "So much the rule on travel asks for."
    assert remarks_on_booth([], [], Rules(), DENVER) == []
