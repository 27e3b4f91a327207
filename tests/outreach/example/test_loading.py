"""The example foundation as it is loaded: the story holds, and it comes and goes in one click."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import (
    Attendance,
    Decision,
    Event,
    EventSource,
    Foundation,
    Gathering,
    Issue,
    IssueSegment,
    Match,
    Person,
    Proposal,
    Segment,
    Shift,
    SignUp,
    Tracker,
)
from models.database import make_engine, make_sessions
from outreach.briefing.brief import gather_brief
from outreach.example.load import load_example
from outreach.example.remove import find_example, open_example, remove_example
from outreach.planning.fit.why import Fit, explain_fit, find_best_event
from outreach.planning.season.run_sheet import plan_season
from outreach.refusal import Refused
from tests import databases
from tests.cast import NOW, REAL
from tests.sign_ins import add_foundation, add_person

TODAY = date(2024, 7, 25)
STORY = ["Open Source Days", "SIGGRAPH"]


@pytest.fixture(scope="module")
def loaded(
    prepared: databases.Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Load the example once for all tests here; each rolls back what it changes."""
    url = prepared.copy(tmp_path_factory.mktemp("loaded"))
    engine = make_engine(url)
    with make_sessions(engine).begin() as session:
        load_example(session, REAL)
    yield engine
    engine.dispose()
    prepared.drop(url)


@pytest.fixture
def session(loaded: Engine) -> Iterator[Session]:
    with make_sessions(loaded)() as session:
        yield session


@pytest.fixture
def example(session: Session) -> Foundation:
    foundation = find_example(session)
    assert foundation is not None
    return foundation


def vfx(session: Session) -> Segment:
    return session.scalars(select(Segment).where(Segment.slug == "media-entertainment")).one()


def at(foundation: Foundation) -> datetime:
    assert foundation.clock is not None
    return foundation.clock


def why(session: Session, example: Foundation) -> Fit:
    segment = vfx(session)
    best = find_best_event(session, segment, TODAY)
    assert best is not None
    return explain_fit(session, example, segment, session.get_one(Event, best), at(example))


class TestStory:
    """A newcomer sees the connection without being told."""

    def test_it_has_its_own_clock(self, example: Foundation) -> None:
        assert example.is_example
        assert at(example).date() == TODAY
        assert example.created_at == REAL

    def test_what_is_asked_for_is_there(self, session: Session) -> None:
        counts = {
            model: session.scalar(select(func.count()).select_from(model))
            for model in (Segment, Event, Issue, Person, Tracker)
        }
        assert counts[Segment] == 14
        assert (counts[Event] or 0) >= 150
        assert (counts[Issue] or 0) >= 40
        assert (counts[Tracker] or 0) >= 2

    def test_the_best_event_of_the_visual_effects_people(self, session: Session) -> None:
        best = find_best_event(session, vfx(session), TODAY)
        assert session.get_one(Event, best).name in STORY

    def test_both_denver_events_are_one_trip(self, session: Session, example: Foundation) -> None:
        fit = why(session, example)
        assert [event.name for event in fit.events] == STORY
        assert fit.place == "Denver"
        assert "two events, one city, one trip" in fit.sentences[1].text

    def test_the_thread_reads_as_sentences_with_sources(
        self, session: Session, example: Foundation
    ) -> None:
        who, where, what, with_whom = why(session, example).sentences
        assert "from Sunday" in where.head
        assert "fix waits for testers" in what.head
        assert "RHEL-39415, open." in what.text
        assert "five of us" in with_whom.head
        for strand in (who, where, what, with_whom):
            assert strand.known
            assert strand.source is not None
        assert what.source is not None
        assert "RHEL-39415" in what.source.words
        assert who.source is not None
        assert "2024" in who.source.words

    def test_what_is_not_known_is_left_out(self, session: Session, example: Foundation) -> None:
        match = why(session, example).match
        assert {reason.code for reason in match.reasons if reason.known} >= {"community", "issue"}
        assert match.unknown
        assert match.known_weight == sum(r.weight for r in match.reasons if r.known)
        assert match.score is not None
        assert match.score >= 60

    def test_the_first_need_asks_why_denver(self, session: Session, example: Foundation) -> None:
        need = plan_season(session, example, 2024, NOW).needs[0]
        assert "RHEL-39415. Why go to Denver?" in need.title
        assert "Testers are wanted." in need.sentence
        assert "Open Source Days and SIGGRAPH" in need.sentence
        assert (need.act, need.segment_slug) == ("why", "media-entertainment")

    @pytest.mark.parametrize("name", STORY)
    def test_the_ask_is_on_the_brief(self, session: Session, name: str) -> None:
        event = session.scalars(
            select(Event).where(Event.name == name, Event.starts_on == date(2024, 7, 28))
        ).one()
        brief = gather_brief(session, event)
        assert [one.name for one in brief.events] == STORY
        assert brief.asks[0].key == "RHEL-39415"
        assert brief.asks[0].ask is not None
        assert brief.headline == brief.asks[0].ask.question
        assert brief.words.goal
        assert {member.person.name for member in brief.team} >= {"Ada Example", "Lin Example"}

    def test_most_events_speak_to_nobody_much(self, session: Session) -> None:
        """The ranking has something to refuse; what is not matched at all speaks least."""
        matched = select(Match.score).where(Match.segment_id == vfx(session).id)
        strong = [score for score in session.scalars(matched) if score and score >= 40]
        events = session.scalar(select(func.count(Event.id)))
        assert events is not None
        assert 0 < len(strong) < events / 2


class TestTruth:
    """Nothing is known before it happened, and everything knows where it comes from."""

    def test_nothing_is_dated_after_the_clock(self, session: Session, example: Foundation) -> None:
        clock = at(example)
        newest = {
            "decisions": session.scalar(select(func.max(Decision.decided_on))),
            "evidence": session.scalar(select(func.max(Gathering.dated))),
            "issues": session.scalar(select(func.max(Issue.opened_on))),
            "answers": session.scalar(select(func.max(Proposal.state_on))),
            "attended": session.scalar(
                select(func.max(Event.ends_on))
                .join(Attendance, Attendance.event_id == Event.id)
                .where(Attendance.status == "attended")
            ),
        }
        assert {what: day for what, day in newest.items() if day is None or day > TODAY} == {}
        instants = [
            session.scalar(select(func.max(column)))
            for column in (IssueSegment.matched_at, Tracker.synced_at, EventSource.read_at)
        ]
        assert [instant for instant in instants if instant is None or instant > clock] == []

    def test_people_are_plainly_invented(self, session: Session) -> None:
        for person in session.scalars(select(Person)):
            assert person.note == "example"
            assert person.email is not None
            assert person.email.endswith("@example.org")
            assert person.name.split()[-1] in {"Example", "Sample"}

    def test_every_row_of_evidence_has_a_source(self, session: Session) -> None:
        assert session.scalars(select(Gathering.id).where(Gathering.source == "")).all() == []

    def test_no_other_foundation_is_touched(self, session: Session) -> None:
        assert session.scalars(select(Foundation.slug)).all() == ["almalinux"]


class TestBooths:
    """Denver is staffed but for one hour."""

    def test_one_hour_has_nobody(self, session: Session) -> None:
        """Wednesday from three to four by Denver's clock."""
        held = select(SignUp.id).where(SignUp.shift_id == Shift.id).exists()
        empty = session.scalars(select(Shift).where(~held)).all()
        assert [shift.starts_at for shift in empty] == [datetime(2024, 7, 31, 21, tzinfo=UTC)]

    def test_somebody_waits_and_somebody_has_not_answered(self, session: Session) -> None:
        waiting = session.scalars(select(SignUp).where(SignUp.state == "waiting")).all()
        silent = select(SignUp).where(SignUp.state == "taken", SignUp.confirmed_at.is_(None))
        assert (len(waiting), len(session.scalars(silent).all())) == (1, 1)


class TestComingAndGoing:
    """It is removed in one click, brought back with another, and never there twice."""

    def test_removed_and_restored_it_is_as_before(
        self, session: Session, example: Foundation
    ) -> None:
        person = session.scalars(select(Person).where(Person.role == "staff")).first()
        assert person is not None
        events = session.scalar(select(func.count(Event.id)))
        remove_example(session, example, person, REAL)
        assert example.removed_at == REAL
        assert find_example(session) is example
        restored = open_example(session, person, REAL + timedelta(minutes=1))
        assert restored is example
        assert restored.removed_at is None
        assert session.scalar(select(func.count(Event.id))) == events

    def test_only_the_example_can_be_removed(self, session: Session) -> None:
        ours = add_foundation(session)
        with pytest.raises(Refused, match="Only the example"):
            remove_example(session, ours, add_person(session), REAL)

    def test_twice_is_refused_by_a_constraint(self, session: Session) -> None:
        with pytest.raises(IntegrityError):
            load_example(session, REAL)
