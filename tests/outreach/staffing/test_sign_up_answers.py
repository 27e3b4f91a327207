"""Answers at sign-up: only to what is asked, one row a person and booth, folded by question."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Booth, Person, SignUp, SignUpAnswer
from models.staffing import QUESTIONS
from outreach.accounts.history import undo
from outreach.staffing.sign_up_answers import (
    find_answers,
    keep_answers,
    list_answers,
    list_asked,
    load_tickets,
    set_questions,
)
from outreach.staffing.signups.assign import place
from outreach.staffing.signups.locks import Gone
from outreach.staffing.signups.sign_up import take
from outreach.staffing.signups.withdraw import leave
from outreach.staffing.volunteers.making_one import make_one
from tests.cast import NOW, REAL
from tests.conftest import Stored
from tests.outreach.staffing.crew import Crew

HOUR = timedelta(hours=1)


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session, asked_at_sign_up=["ticket", "food", "shirt"])


def row_of(crew: Crew, person: Person) -> SignUpAnswer | None:
    return crew.session.scalar(select(SignUpAnswer).where(SignUpAnswer.person_id == person.id))


def test_only_what_is_asked_is_kept_and_an_empty_answer_takes_away(crew: Crew) -> None:
    session, ada = crew.session, crew.person()
    keep_answers(session, crew.booth, ada, {"food": "", "shirt": ""}, NOW)
    assert row_of(crew, ada) is None
    keep_answers(session, crew.booth, ada, {"food": "vegan", "note_to_team": "hi"}, NOW)
    assert find_answers(session, crew.booth, ada) == {"food": "vegan"}
    keep_answers(session, crew.booth, ada, {"shirt": "M"}, NOW + HOUR)
    assert find_answers(session, crew.booth, ada) == {"shirt": "M", "food": "vegan"}
    keep_answers(session, crew.booth, ada, {"food": ""}, NOW + HOUR)
    assert find_answers(session, crew.booth, ada) == {"shirt": "M"}
    row = row_of(crew, ada)
    assert row is not None and (row.note_to_team, row.said_at) == (None, NOW + HOUR)


def test_who_is_gone_by_now_keeps_nothing(crew: Crew) -> None:
    ada = crew.person()
    crew.session.delete(ada)
    crew.session.flush()
    with pytest.raises(Gone):
        keep_answers(crew.session, crew.booth, ada, {"food": "vegan"}, NOW)


def test_what_is_asked_is_set_in_its_order_and_taken_back(crew: Crew) -> None:
    session, booth = crew.session, crew.booth
    ada = crew.person()
    keep_answers(session, booth, ada, {"food": "vegan"}, NOW)
    entry = set_questions(session, booth, crew.event, {"spoken", "shirt", "x"}, crew.lead, REAL)
    assert entry is not None and booth.asked_at_sign_up == ["shirt", "spoken"]
    assert find_answers(session, booth, ada) == {}
    assert set_questions(session, booth, crew.event, ["spoken", "shirt"], crew.lead, REAL) is None
    undo(session, entry, crew.lead, NOW, REAL)
    session.refresh(booth)
    assert find_answers(session, booth, ada) == {"food": "vegan"}


def test_only_who_has_a_place_is_listed(crew: Crew) -> None:
    session, shift = crew.session, crew.shift(max_people=3)
    ada, bob, cy = (crew.person(name) for name in ("Ada A", "Bob B", "Cy C"))
    for one in (ada, bob):
        take(session, shift, one, NOW)
    for one in (ada, cy):
        keep_answers(session, crew.booth, one, {"ticket": "needs_ticket"}, NOW)
    lines = list_answers(session, crew.booth)
    assert [(one.person.name, dict(one.said)) for one in lines] == [
        ("Ada A", {"ticket": "needs_ticket"}), ("Bob B", {}),
    ]  # fmt: skip
    assert (load_tickets(session, crew.booth) or {})[ada.id] == "needs_ticket"
    asked = list_asked(session, bob, {crew.event.id})
    assert [one.has_said for one in asked] == [False]
    mine = crew.session.scalars(select(AuditEntry)).all()
    assert not [line for line in mine if "needs_ticket" in str(line.detail)]


def test_who_gave_the_place_up_is_not_listed(crew: Crew) -> None:
    shift, ada = crew.shift(), crew.person()
    row = place(crew.session, shift, ada, crew.lead, NOW, REAL, reason="asked")
    assert row is not None
    assert len(list_answers(crew.session, crew.booth)) == 1
    take_back = crew.session.scalars(select(SignUp)).one()
    leave(crew.session, take_back, NOW, REAL)
    assert list_answers(crew.session, crew.booth) == []


class TestMadeOne:
    """Two rows of one person: the newer answer to each question stands."""

    @pytest.mark.parametrize(("older", "newer"), [("ana", "second"), ("second", "ana")])
    def test_the_newer_answer_wins_field_by_field(self, crew: Crew, older: str, newer: str) -> None:
        session = crew.session
        people = {
            "ana": crew.person("Ana Aguilar"),
            "second": crew.newcomer("Ana", "+1 626 555 01"),
        }
        first = {"food": "vegan", "shirt": "S"}
        keep_answers(session, crew.booth, people[older], first, NOW)
        later = {"shirt": "M", "ticket": "has_ticket"}
        keep_answers(session, crew.booth, people[newer], later, NOW + HOUR)
        entry = make_one(
            session, crew.ours, people["ana"], [people["second"]], crew.lead, NOW, REAL
        )
        kept = {"shirt": "M", "food": "vegan", "ticket": "has_ticket"}
        assert find_answers(session, crew.booth, people["ana"]) == kept
        assert len(session.scalars(select(SignUpAnswer)).all()) == 1
        assert not [word for word in ("vegan", "has_ticket") if word in str(entry.detail)]
        undo(session, entry, crew.lead, NOW, REAL)
        assert find_answers(session, crew.booth, people["ana"]) == kept

    def test_answers_of_one_row_alone_move_and_come_back(self, crew: Crew) -> None:
        session, ana = crew.session, crew.person("Ana Aguilar")
        second = crew.newcomer("Ana", "+1 626 555 01")
        keep_answers(session, crew.booth, second, {"food": "vegan"}, NOW)
        number = second.id
        entry = make_one(session, crew.ours, ana, [second], crew.lead, NOW, REAL)
        session.expire_all()
        assert find_answers(session, crew.booth, ana) == {"food": "vegan"}
        undo(session, entry, crew.lead, NOW, REAL)
        session.expire_all()
        assert find_answers(session, crew.booth, ana) == {}
        assert find_answers(session, crew.booth, session.get_one(Person, number)) == {
            "food": "vegan"
        }


def test_many_forms_of_one_person_make_one_row(stored: Stored) -> None:
    with stored() as session:
        crew = Crew(session, asked_at_sign_up=list(QUESTIONS))
        booth, ada = crew.booth.id, crew.person().id
    ready, broken = Barrier(8), list[Exception]()

    def send(number: int) -> None:
        ready.wait()
        try:
            with stored() as session:
                person, here = session.get_one(Person, ada), session.get_one(Booth, booth)
                keep_answers(session, here, person, {"food": f"dish {number}"}, NOW)
        except Exception as error:
            broken.append(error)

    threads = [Thread(target=send, args=[number]) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert broken == []
    with stored() as session:
        (row,) = session.scalars(select(SignUpAnswer)).all()
        assert row.food is not None and row.food.startswith("dish ")
