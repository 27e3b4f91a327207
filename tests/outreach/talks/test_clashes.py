"""What stands against a slot: shifts and other talks, by the booth's own rule, both ways."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from models import Person, Proposal
from models.talks import PROPOSAL_STATES, SPEAKING
from outreach.staffing.booth.booths import slot_of
from outreach.staffing.roster.commitments import commitments_near
from outreach.staffing.rules import Breach, Rules, breaches_of
from outreach.talks.clashes import find_clashes
from outreach.talks.load import list_talks
from tests.cast import add_proposal, add_sign_up
from tests.outreach.staffing.crew import WEDNESDAY, Crew

HOUR = timedelta(hours=1)
DENVER = ZoneInfo("America/Denver")


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session)


@pytest.fixture
def sol(crew: Crew) -> Person:
    return crew.person("Sol Sample")


def speak(crew: Crew, person: Person, starts: datetime, **more: object) -> Proposal:
    """Let somebody speak for an hour at the event; return it as pages read it."""
    slot = {"starts_at": starts, "ends_at": starts + HOUR}
    made = add_proposal(crew.session, crew.event, person.id, **(slot | more))
    (read,) = list_talks(crew.session, [crew.event], Proposal.id == made.id)
    return read


def test_a_shift_of_the_speaker_is_named_and_can_be_covered(crew: Crew, sol: Person) -> None:
    shift = crew.shift()
    add_sign_up(crew.session, shift, sol)
    talk = speak(crew, sol, WEDNESDAY + HOUR)
    (clash,) = find_clashes(crew.session, [talk])[talk.id]
    assert (clash.shift_id, clash.event_id) == (shift.id, crew.event.id)
    assert clash.sentence == "Wed 31 Jul, 14:00–15:00 overlaps Sol's shift Wed 13:00."


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, 1),
        ({"is_provisional": True}, 1),
        ({"starts_at": WEDNESDAY + 2 * HOUR, "ends_at": WEDNESDAY + 3 * HOUR}, 0),
        ({"starts_at": WEDNESDAY - HOUR, "ends_at": WEDNESDAY}, 0),
        ({"starts_at": WEDNESDAY - HOUR, "ends_at": WEDNESDAY + timedelta(minutes=1)}, 1),
        ({"starts_at": None, "ends_at": None}, 0),
    ],
)
def test_only_what_overlaps(crew: Crew, sol: Person, change: dict[str, object], found: int) -> None:
    """A minute is enough: who speaks hands nothing over."""
    add_sign_up(crew.session, crew.shift(), sol)
    talk = speak(crew, sol, WEDNESDAY + HOUR, **change)
    assert len(find_clashes(crew.session, [talk]).get(talk.id, [])) == found


@pytest.mark.parametrize("state", PROPOSAL_STATES)
def test_only_what_was_accepted_takes_time(crew: Crew, sol: Person, state: str) -> None:
    shift = crew.shift()
    add_sign_up(crew.session, shift, sol)
    talk = speak(crew, sol, WEDNESDAY, state=state)
    assert bool(find_clashes(crew.session, [talk]).get(talk.id)) == (state in SPEAKING)
    in_the_way = [one for one in taken(crew, sol) if one.is_double and "talk" in one.sentence]
    assert bool(in_the_way) == (state in SPEAKING)


def test_two_talks_at_once_and_never_itself(crew: Crew, sol: Person) -> None:
    first = speak(crew, sol, WEDNESDAY)
    assert find_clashes(crew.session, [first]) == {first.id: []}
    second = speak(crew, sol, WEDNESDAY + HOUR / 2, title="Another")
    (clash,) = find_clashes(crew.session, [first])[first.id]
    assert clash.shift_id is None
    assert clash.sentence == "Wed 31 Jul, 13:00–14:00 overlaps Sol's talk Wed 13:30."
    assert find_clashes(crew.session, [second])[second.id]


def test_another_speaker_has_no_clash(crew: Crew, sol: Person) -> None:
    add_sign_up(crew.session, crew.shift(), crew.person("Kim Sample"))
    talk = speak(crew, sol, WEDNESDAY)
    assert find_clashes(crew.session, [talk]) == {talk.id: []}


def taken(crew: Crew, person: Person) -> list[Breach]:
    """Return what taking the shift on Wednesday at one would break."""
    slot = slot_of(crew.shift(), crew.event)
    busy = commitments_near(crew.session, [person.id], [slot])[person.id]
    return breaches_of(slot, busy, Rules(), DENVER)


def test_a_real_slot_blocks_a_shift_and_a_provisional_one_warns(crew: Crew, sol: Person) -> None:
    talk = speak(crew, sol, WEDNESDAY + HOUR)
    (breach,) = [one for one in taken(crew, sol) if one.code in ("double", "talk")]
    assert breach.is_double
    talk.is_provisional = True
    crew.session.flush()
    (breach,) = [one for one in taken(crew, sol) if one.code in ("double", "talk")]
    assert (breach.code, breach.is_double) == ("talk", False)
    assert breach.sentence == (
        "Wed 31 Jul, 13:00–15:00 overlaps your talk Wed 14:00, whose time may still move."
    )


def test_one_statement_for_any_number(crew: Crew, sol: Person, count_queries) -> None:  # type: ignore[no-untyped-def]
    add_sign_up(crew.session, crew.shift(), sol)
    talks = [speak(crew, sol, WEDNESDAY + HOUR * n / 4, title=str(n)) for n in range(5)]
    for some in (talks[:1], talks):
        with count_queries() as queries:
            find_clashes(crew.session, some)
        assert len(queries) == 1
