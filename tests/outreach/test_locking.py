"""Every rule that matches follow from waits for the others before it writes anything."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import BriefIssue, Event, Foundation, Issue, Person, TeamMember
from outreach.accounts.history import undo
from outreach.briefing.brief import add_issue
from outreach.briefing.words import save_words
from outreach.catalog.edit import add_event, edit_event
from outreach.issues.answers import answer_link
from outreach.issues.asks import AskCard, save_ask
from outreach.issues.linking import link_issues
from outreach.planning.decisions.decisions import decide
from outreach.planning.fit.weights import set_cap
from outreach.planning.people.people import add_person, edit_person
from outreach.planning.people.team import join_team
from outreach.planning.segments.gatherings import TypedEvidence, add_gathering
from outreach.planning.segments.segments import add_keyword, add_segment, edit_segment
from tests import cast, sign_ins
from tests.cast import NOW, REAL, TODAY
from tests.conftest import CountQueries, Stored

NO_WORDS: dict[str, list[dict[str, Any]]] = {
    part: [] for part in ("points", "questions", "contacts", "links")
}


class Office:
    """A foundation with one of everything that the rules want."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ours = cast.add_clocked(session)
        self.ada = sign_ins.add_person(session, foundation=self.ours)
        self.event = cast.add_event(session, self.ours)
        self.vfx = cast.add_segment(session, self.ours)
        named = join_team(*self.us, self.event, self.ada, False, self.ada, REAL)
        assert named is not None
        self.named = named
        self.issue = cast.add_issue(session, cast.add_tracker(session, self.ours), self.vfx)

    @property
    def us(self) -> tuple[Session, Foundation]:
        return self.session, self.ours


STAFF = {"role": "staff"}
CARD = {"event_id": None, "kind": "test", "question": "Does it crash?"}
KNOWN = TypedEvidence("They meet there", "we saw it", None, None, every_edition=False)
RULES: dict[str, Callable[[Office], object]] = {
    "add event": lambda o: add_event(
        *o.us, {"name": "SeaGL", "starts_on": date(2024, 11, 8)}, REAL, o.ada
    ),
    "edit event": lambda o: edit_event(*o.us, o.event, {"note": "x"}, 1, o.ada, REAL),
    "decide": lambda o: decide(*o.us, [o.event], "go", "", o.ada, TODAY, REAL),
    "undo": lambda o: undo(o.session, o.named, o.ada, NOW, REAL),
    "join": lambda o: join_team(*o.us, o.event, o.ada, True, o.ada, REAL),
    "gathering": lambda o: add_gathering(*o.us, o.vfx, o.event, KNOWN, o.ada, TODAY, REAL),
    "add segment": lambda o: add_segment(*o.us, {"name": "X", "short_name": "X"}, o.ada, REAL),
    "edit segment": lambda o: edit_segment(*o.us, o.vfx, {"name": "Y"}, 1, o.ada, REAL),
    "add word": lambda o: add_keyword(*o.us, o.vfx, "shaders", o.ada, REAL),
    "add person": lambda o: add_person(*o.us, {"name": "Bo", "role": "staff"}, o.ada, REAL),
    "edit person": lambda o: edit_person(*o.us, o.ada, {"name": "A", **STAFF}, 1, o.ada, REAL),
    "save ask": lambda o: save_ask(
        *o.us, o.issue, None, AskCard(segment_id=o.vfx.id, **CARD), o.ada, REAL
    ),
    "answer": lambda o: answer_link(*o.us, o.issue, o.vfx, "rejected", o.ada, NOW, REAL),
    "link": lambda o: link_issues(*o.us, [o.issue.id], NOW),
    "cap": lambda o: set_cap(*o.us, 100, o.ada, REAL),
    "brief issue": lambda o: add_issue(*o.us, o.event, o.issue, o.ada, REAL),
    "brief words": lambda o: save_words(*o.us, o.event, "", NO_WORDS, o.ada, NOW, REAL),
}


@pytest.mark.parametrize("name", RULES)
def test_rules_wait_before_they_lock_anything_else(
    session: Session, count_queries: CountQueries, name: str
) -> None:
    office = Office(session)
    with count_queries() as queries:
        RULES[name](office)
        session.flush()
    assert " ".join(queries[0].split()).startswith("SELECT foundation.id FROM foundation")


def test_a_double_click_names_and_adds_once(stored: Stored) -> None:
    with stored() as session:
        office = Office(session)
        numbers = [one.id for one in (office.ours, office.ada, office.event, office.issue)]
    ready, failures = Barrier(2), []

    def click() -> None:
        ready.wait()
        try:
            with stored() as session:
                kinds = (Foundation, Person, Event, Issue)
                ours, ada, event, issue = map(session.get_one, kinds, numbers)
                join_team(session, ours, event, ada, False, ada, REAL)
                add_issue(session, ours, event, issue, ada, REAL)
                save_words(session, ours, event, "Meet", NO_WORDS, ada, NOW, REAL)
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with stored() as session:
        for model in (TeamMember, BriefIssue):
            assert session.scalar(select(func.count()).select_from(model)) == 1
