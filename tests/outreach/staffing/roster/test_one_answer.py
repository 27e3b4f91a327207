"""How many are missing, and how many are there: many surfaces, one answer."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Cover, Shift, SignUp
from models.staffing import HOLDING
from outreach.briefing.brief import gather_brief
from outreach.planning.dossier import open_dossier
from outreach.planning.season.run_sheet import plan_season
from outreach.staffing.cover.questions import still_missing
from outreach.staffing.letters.coordinators import load_gaps
from outreach.staffing.proposed_rosters.load_problem import as_problem
from outreach.staffing.roster.booth_days import list_days
from outreach.staffing.roster.commitments import load_commitments
from outreach.staffing.roster.coverage import Places, hours_of, pips
from outreach.staffing.roster.load import count_places, load_roster
from outreach.staffing.roster.sign_up_list import load_offers
from outreach.staffing.roster.today import load_duty
from outreach.staffing.signups import locks
from tests import cast
from tests.cast import NOW
from tests.outreach.staffing.crew import WEDNESDAY, Crew

BEFORE = WEDNESDAY - timedelta(hours=1)


def at_season(crew: Crew, _shift: Shift) -> int:
    needs = plan_season(crew.session, crew.ours, 2024, BEFORE).needs
    titles = [need.title for need in needs if need.act == "cover"]
    return int(titles[0].partition("SIGGRAPH, ")[2].split()[0]) if titles else 0


def at_event(crew: Crew, _shift: Shift) -> int:
    staffing = open_dossier(crew.session, crew.event, BEFORE).staffing
    return staffing.missing if staffing else -1


def at_roster(crew: Crew, _shift: Shift) -> int:
    return load_roster(crew.session, crew.booth, crew.event).rows[0].missing


def at_brief(crew: Crew, _shift: Shift) -> int:
    return gather_brief(crew.session, crew.event).slots[0].missing


def at_today(crew: Crew, _shift: Shift) -> int:
    return load_duty(crew.session, crew.booth, BEFORE).coming[0].missing


def at_booth(crew: Crew, _shift: Shift) -> int:
    return list_days(crew.session, crew.booth, ZoneInfo("America/Denver"))[0].rows[0].missing


def in_public(crew: Crew, _shift: Shift) -> int:
    return pips(load_offers(crew.session, crew.booth.id, BEFORE)[0])[1]


def in_alarm(crew: Crew, _shift: Shift) -> int:
    return sum(gap.missing for gap in load_gaps(crew.session, crew.event.id, BEFORE))


def at_cover(crew: Crew, shift: Shift) -> int:
    cover = Cover(shift_id=shift.id, opened_at=NOW)
    crew.session.add(cover)
    crew.session.flush()
    return still_missing(crew.session, cover)


def at_wall(crew: Crew, _shift: Shift) -> int:
    """Count the boxes to write into on the printed sheet."""
    row = load_roster(crew.session, crew.booth, crew.event).rows[0]
    return max(0, row.slot.min_people - len(row.expected))


SURFACES = (
    at_season, at_event, at_roster, at_brief, at_today, at_booth, in_public, in_alarm, at_cover,
    at_wall,
)  # fmt: skip


def held_in_lock(crew: Crew, shift: Shift) -> int:
    return locks.held(crew.session, shift)


def held_in_crowd(crew: Crew, shift: Shift) -> int:
    return len(locks.crowd(crew.session, shift).holding)


def held_in_public(crew: Crew, _shift: Shift) -> int:
    return load_offers(crew.session, crew.booth.id, BEFORE)[0].held


def held_by_people(crew: Crew, shift: Shift) -> int:
    """Count who is busy with it."""
    people = list(crew.session.scalars(select(SignUp.person_id)))
    doing = load_commitments(crew.session, people, crew.event)
    return sum(one.shift_id == shift.id for theirs in doing.values() for one in theirs)


def held_by_hours(crew: Crew, _shift: Shift) -> int:
    """Count who has hours of it, on the roster, and who is asked."""
    roster = load_roster(crew.session, crew.booth, crew.event)
    return len(hours_of(roster.staffed)) + len(roster.rows[0].offered)


def held_by_solver(crew: Crew, _shift: Shift) -> int:
    roster = load_roster(crew.session, crew.booth, crew.event)
    return len(as_problem(roster, BEFORE).held)


HELD = (
    held_in_lock, held_in_crowd, held_in_public, held_by_people, held_by_hours, held_by_solver,
)  # fmt: skip
HAVE = [
    ([], 2),
    (["taken"], 1),
    (["taken", "offered"], 1),
    (["offered", "offered"], 2),
    (["taken", "waiting"], 1),
    (["taken", "left", "removed", "passed"], 1),
    (["taken", "missed"], 1),
    (["taken", "taken"], 0),
    (["taken", "taken", "offered"], 0),
    (["taken", "taken", "taken"], 0),
]


@pytest.mark.parametrize(("have", "missing"), HAVE, ids=lambda value: str(value))
def test_every_surface_says_the_same(session: Session, have: list[str], missing: int) -> None:
    crew = Crew(session)
    shift = crew.shift(max_people=3)
    for number, state in enumerate(have):
        missed = state == "missed"
        ends = WEDNESDAY if state == "offered" else None
        cast.add_sign_up(
            session, shift, crew.person(), "taken" if missed else state,
            was_missed=missed, offer_ends_at=ends,
            queue_no=number + 1 if state == "waiting" else None,
        )  # fmt: skip
    session.flush()
    said = {surface.__name__: surface(crew, shift) for surface in SURFACES}
    assert said == dict.fromkeys(said, missing)
    held = sum(state in HOLDING for state in have)
    told = {surface.__name__: surface(crew, shift) for surface in HELD}
    assert told == dict.fromkeys(told, held)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (Places(2, 3, 2, 1, WEDNESDAY), ""),
        (Places(2, 3, 1), "1 missing"),
        (Places(2, 3, 1, 1, WEDNESDAY), "1 missing, 1 asked until 13:00"),
        (Places(2, 3, 0, 2, WEDNESDAY + timedelta(days=1)), "2 missing, 2 asked until Thu 13:00"),
        (Places(2, 3, 1, 1, BEFORE), "1 missing, 1 asked"),
        (Places(0, 3), ""),
    ],
)
def test_who_is_asked_is_said_beside_who_is_missing(places: Places, said: str) -> None:
    assert places.say_missing(ZoneInfo("America/Denver"), BEFORE) == said


@pytest.mark.parametrize(
    ("state", "was_missed", "words"),
    [
        ("taken", False, "Ask somebody"),  # one is there, the other place was nobody's
        ("waiting", False, "Ask somebody"),
        ("passed", False, "Ask somebody"),
        ("left", False, "Find cover"),
        ("removed", False, "Find cover"),
        ("taken", True, "Find cover"),
        (None, False, "Ask somebody"),
    ],
)
def test_there_is_cover_only_for_who_had_a_place(
    session: Session, state: str | None, was_missed: bool, words: str
) -> None:
    crew = Crew(session)
    shift = crew.shift()
    if state:
        more = {"queue_no": 1} if state == "waiting" else {}
        cast.add_sign_up(session, shift, crew.person(), state, was_missed=was_missed, **more)
    [row] = load_roster(session, crew.booth, crew.event).rows
    assert row.places.say_seek == count_places(session, shift.id).say_seek == words
    [need] = [one for one in plan_season(session, crew.ours, 2024, BEFORE).needs
              if one.act == "cover"]  # fmt: skip
    assert need.button == words
    assert need.title.startswith("Find cover for" if "cover" in words else "Find people for")
