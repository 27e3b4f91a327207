"""Every sentence of every reason of the whole example stands on rows that exist."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    Attendance,
    Decision,
    Event,
    Foundation,
    Gathering,
    Issue,
    IssueSegment,
    Person,
    PersonSegment,
    Proposal,
    Segment,
    Series,
)
from models.database import make_engine, make_sessions
from outreach.catalog.series.known import SeriesRow, read_series
from outreach.matching.engine import terms
from outreach.matching.engine.match import Engine
from outreach.matching.engine.ranking import RankedEvent, Ranking
from outreach.matching.engine.reasons import NEAR_KM
from outreach.matching.engine.terms import EventText, ExplainedMatch, Reason
from outreach.matching.engine.text.words import compound_words, phrase
from outreach.matching.engine.trips import are_neighbours
from outreach.matching.files import read_inputs
from outreach.matching.store.stored import explain
from tests import cast, databases
from tests.cast import NOW

SERIES = {row.name: row for row in read_series()}


@pytest.fixture(scope="module")
def loaded(
    prepared: databases.Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Load the example once for all tests here; none of them changes it."""
    url = prepared.copy(tmp_path_factory.mktemp("backed"))
    engine = make_engine(url)
    with make_sessions(engine).begin() as session:
        cast.add_example(session)
    yield engine
    engine.dispose()
    prepared.drop(url)


@pytest.fixture(scope="module")
def session(loaded: Database) -> Iterator[Session]:
    with make_sessions(loaded)() as session:
        yield session


@pytest.fixture(scope="module")
def matches(session: Session) -> list[ExplainedMatch]:
    """Return every match of every segment of the example with every event of it."""
    foundation = session.scalars(select(Foundation)).one()
    events = session.scalars(select(Event.id)).all()
    segments = session.scalars(select(Segment)).all()
    return [
        match
        for segment in segments
        for match in explain(session, foundation, segment, events, NOW)
    ]


def word_after(sentence: str, pattern: str) -> int:
    found = re.search(pattern, sentence)
    return int(found.group(1)) if found else 0


def community(reason: Reason) -> None:
    rest = reason.sentence.removeprefix(reason.evidence[0].sentence)
    before = [row for row in reason.evidence[1:] if isinstance(row, terms.PastVisit)]
    there = sum(row.status == "attended" for row in before)
    times = 1 if "were there before" in rest else word_after(rest, r"there (\d+) times")
    assert rest == "" or times == there > 0


def issue(reason: Reason) -> None:
    rest = reason.sentence.removeprefix(reason.evidence[0].sentence)
    assert word_after(rest, r"(\d+) more open") == len(reason.evidence) - 1
    assert (rest == "") == (len(reason.evidence) == 1)


def talk(reason: Reason) -> None:
    assert reason.sentence == reason.evidence[0].sentence


def local(reason: Reason) -> None:
    rows = [row for row in reason.evidence if isinstance(row, terms.LocalPerson)]
    assert len(rows) == len(reason.evidence)
    near = [row for row in rows if row.km <= NEAR_KM]
    assert word_after(reason.sentence, r"^(\d+) (?:person lives|people live)") == len(near)
    expert = re.search(r"; (.+), who knows the field", reason.sentence)
    assert expert is None or expert.group(1) in {row.name for row in rows if row.expert_in}


def cost(reason: Reason) -> None:
    [row] = reason.evidence
    assert isinstance(row, terms.Cost) and row.conversations
    assert f"{row.amount:,.0f} for {row.conversations}." in reason.sentence


def recap(reason: Reason) -> None:
    [row] = reason.evidence
    assert isinstance(row, terms.Recap) and row.edition in reason.sentence


SENTENCES: dict[str, Callable[[Reason], None]] = {
    "community": community, "issue": issue, "talk": talk, "local": local, "cost": cost,
    "recap": recap,
}  # fmt: skip


def test_every_sentence_says_what_its_rows_say(matches: list[ExplainedMatch]) -> None:
    for match in matches:
        for reason in match.reasons:
            assert reason.known or reason.sentence.startswith("Not known")
            if reason.known:
                SENTENCES[reason.code](reason)


def count(session: Session, what: type, *where: object) -> int:
    query = select(func.count()).select_from(what).where(*where)  # type: ignore[arg-type]
    return session.scalar(query) or 0


@cache
def homes(session: Session) -> dict[str, str]:
    return {name: city or "" for name, city in session.execute(select(Person.name, Person.city))}


@cache
def experts(session: Session) -> set[tuple[str, int]]:
    known = select(Person.name, PersonSegment.segment_id).join(
        PersonSegment, PersonSegment.person_id == Person.id
    )
    return {(name, segment_id) for name, segment_id in session.execute(known)}


def is_stored(session: Session, row: terms.EvidenceRow, segment: Segment) -> bool:
    """Tell whether the database holds what a row of evidence says."""
    match row:
        case terms.GatheringRow():
            said = (Gathering.sentence == row.sentence, Gathering.source == row.source)
            return count(session, Gathering, Gathering.segment_id == segment.id, *said) > 0
        case terms.PastVisit():
            visit = session.get_one(Event, int(row.event or 0))
            there = (Attendance.event_id == visit.id, Attendance.status == row.status)
            return visit.starts_on == row.starts and count(session, Attendance, *there) > 0
        case terms.LiveIssue():
            link = (IssueSegment.segment_id == segment.id, IssueSegment.state != "rejected")
            mine = select(IssueSegment.issue_id).where(*link)
            same = (Issue.key == row.key, Issue.state == "open", Issue.id.in_(mine))
            return count(session, Issue, *same) > 0
        case terms.TalkEvidence():
            same = (Proposal.event_id == int(row.event), Proposal.title == row.title)
            return count(session, Proposal, *same, Proposal.state == row.state) > 0
        case terms.LocalPerson():
            expert = segment.slug in row.expert_in
            return homes(session)[row.name] in row.sentence and expert == (
                (row.name, segment.id) in experts(session)
            )
        case terms.Cost():
            event = session.get_one(Event, int(row.event))
            return (event.booth_cost, event.expected_conversations) == (
                row.amount,
                row.conversations,
            )
        case terms.Recap():
            judged = select(Attendance.event_id).where(Attendance.judged == row.recommendation)
            names = session.scalars(select(Event.name).where(Event.id.in_(judged)))
            return any(name in row.edition for name in names)
        case terms.OtherDecision():
            same = (Decision.event_id == int(row.event), Decision.state == row.state)
            return count(session, Decision, *same, Decision.is_current) > 0
    return False


def says(row: SeriesRow | None, event: EventText) -> set[str]:
    """Return every word that an event says about itself, or its series in the shipped list."""
    texts = [event.name, *event.topics, event.programme]
    texts += [*row.names, *row.about, *row.audience] if row else []
    words = {word for text in texts for word in phrase(text)}
    return words.union(*(compound_words(text) for text in texts))


def is_told(row: terms.EvidenceRow, event: EventText, series: SeriesRow | None, ours: str) -> bool:
    """Tell whether the event or the shipped series says what a row without a store says."""
    if f"{event.name} is about " in row.sentence:
        listing = row.sentence.removeprefix(f"{event.name} is about ").rstrip(".")
        return set(phrase(listing)) - {"and"} <= says(series, event)
    if row.sentence.startswith(f"{event.name} is an open-source event in"):
        return str(event.country) in row.sentence and bool(
            {"opensource", "linux"} & says(series, event)
        )
    if row.sentence == f"{event.name} is an event of open source, which this segment names.":
        return bool({"opensource", "linux"} & says(series, event))
    if row.sentence == f"{event.name} is an event of our own.":
        names = f"{event.name} {(series and series.organiser) or ''}"
        return bool(set(phrase(ours)) & (set(phrase(names)) | compound_words(names)))
    return False


def facts_of(session: Session, key: str) -> tuple[EventText, SeriesRow | None]:
    event = session.get_one(Event, int(key))
    stored = session.get(Series, event.series_id) if event.series_id else None
    series = SERIES.get(stored.name) if stored else None
    facts = EventText(
        key=key, name=event.name, starts=event.starts_on, ends=event.ends_on,
        country=event.country, topics=tuple(event.topics), programme=event.programme,
    )  # fmt: skip
    return facts, series


def test_every_row_exists(session: Session, matches: list[ExplainedMatch]) -> None:
    ours = session.scalars(select(Foundation)).one().name
    segments = {one.slug: one for one in session.scalars(select(Segment))}
    rows = {
        (match.segment, match.event if type(row) is terms.EvidenceRow else "", row): None
        for match in matches
        for said in (*match.reasons, *match.asides)
        for row in said.evidence
    }
    facts = {key: facts_of(session, key) for _, key, _ in rows if key}
    for slug, key, row in rows:
        assert row.source
        assert row.dated is None or row.dated <= NOW.date()
        if type(row) is terms.EvidenceRow:
            assert is_told(row, *facts[key], ours), row
        else:
            assert is_stored(session, row, segments[slug]), row
    assert {type(row) for *_, row in rows} > {
        terms.EvidenceRow,
        terms.GatheringRow,
        terms.PastVisit,
    }


def test_what_another_event_changes_is_said_of_a_go(
    session: Session, matches: list[ExplainedMatch]
) -> None:
    for match in matches:
        for aside in match.asides:
            [row] = aside.evidence
            assert isinstance(row, terms.OtherDecision) and row.state == "go"
            assert session.get_one(Event, int(row.event)).name in aside.sentence


def is_backed(ranking: Ranking, found: RankedEvent, row: terms.EvidenceRow) -> bool:
    """Tell whether a row that the ranking adds stands on the list, the history or the segments."""
    known, event = ranking.engine.known, ranking.engine.events[found.event]
    said = says(known.row(event), event)
    if isinstance(row, terms.PastVisit):
        return row in known.ground.evidence.attendances
    if row.sentence.endswith("is an event of the open-source scene at large."):
        return bool({"opensource", "linux"} & said)
    if row.sentence.startswith("One trip with "):
        return are_neighbours(event, ranking.engine.events[found.neighbour or ""])
    if row.sentence.startswith("It is about much the same as "):
        places = [*known.ground.evidence.attendances, *known.ground.evidence.gatherings]
        return any(p.source == row.source and str(p.series) in row.sentence for p in places) or any(
            getattr(p, "name", "") in row.sentence for p in known.ground.evidence.attendances
        )
    named = re.search(r"is about (.+), which (\d+) of (\d+) segments name", row.sentence)
    return named is not None and set(phrase(named.group(1))) <= said


@pytest.mark.parametrize("with_history", [True, False])
def test_every_sentence_of_a_ranking_is_backed(shared_data: Path, with_history: bool) -> None:
    inputs = read_inputs(
        shared_data / "segments/almalinux.json",
        shared_data / "events/events.json",
        shared_data / "events/history-almalinux-until-2024-07-24.json" if with_history else None,
        as_of=date(2023, 12, 31),
    )
    window = [event for event in inputs.events if event.starts.year == 2024]
    engine = Engine(
        inputs.segments, window, inputs.evidence, as_of=date(2023, 12, 31),
        gazetteer=inputs.gazetteer, organisation=inputs.organisation, keep=len(window),
    )  # fmt: skip
    ranking = Ranking(engine)
    for found in ranking.ranked():
        for row in ranking.rows(found):
            assert is_backed(ranking, found, row), (found, row)
    for slug in engine.segments:
        for hit in engine.hits(slug):
            event = engine.events[hit.event]
            for row in engine.match(slug, hit.event).reasons[0].evidence:
                told = is_told(row, event, engine.known.row(event), inputs.organisation)
                assert told or row in (*inputs.evidence.gatherings, *inputs.evidence.attendances)
