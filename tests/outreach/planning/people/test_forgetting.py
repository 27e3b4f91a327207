"""Forgetting: a canary is planted wherever a person leaves words, and is found nowhere after."""

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models import (
    AuditEntry,
    Availability,
    Base,
    Brief,
    Foundation,
    Message,
    MoneyLine,
    MoneyRequest,
    Person,
    PersonalLink,
    ProposalSpeaker,
    RosterProposal,
    SignUp,
    SignUpAnswer,
    Talk,
)
from models.database import file_of
from outreach.accounts import history
from outreach.accounts.redaction import PersonalWords
from outreach.accounts.sign_in import open_session
from outreach.messages.outbox import compose
from outreach.operations.sqlite_files import empty_log
from outreach.planning.people.export import export_person, say_tables
from outreach.planning.people.forgetting import erase_person, forget_contact
from outreach.planning.people.people import add_person, edit_person
from outreach.planning.people.retention import (
    find_forgetting,
    find_forgettings,
    forget_answers,
    has_old_answers,
    list_due,
)
from outreach.refusal import Refused
from outreach.staffing.cover.questions import open_cover
from outreach.staffing.signups.assign import place
from outreach.staffing.signups.sign_up import take, wait
from outreach.staffing.signups.states import Origin
from outreach.staffing.volunteers import personal_links
from tests.cast import NOW, REAL, TODAY, add_event, add_proposal, add_sign_up, name_person
from tests.outreach.staffing.crew import WEDNESDAY, Crew

NAME, FIRST = "Cänary O'Bird", "Cänary"
EMAIL, PHONE, OLD = "Canary.Bird@nest.example", "+1 555 0199", "+1 555 01"
FOOD = "no peanuts for this bird"
KEY = "k" * 40


class Planted:
    """A volunteer who left words in every corner."""

    def __init__(self, session: Session) -> None:
        self.session, self.crew = session, Crew(session)
        crew, real = self.crew, REAL
        facts = {
            "name": NAME,
            "email": EMAIL,
            "phone": "+1 555 0177",
            "role": "volunteer",
            "city": None,
        }
        self.person = add_person(session, crew.ours, facts, crew.lead, real)
        edit_person(
            session, crew.ours, self.person, facts | {"phone": "+1 555 0188"}, self.person.version,
            crew.lead, real,
        )  # fmt: skip
        self.other = crew.person("Sol Other")
        first, second = crew.shift(max_people=1), crew.shift(WEDNESDAY + timedelta(hours=3))
        where = Origin("nest.example", "nest.example")
        third = crew.shift(WEDNESDAY + timedelta(days=1))
        take(session, third, self.person, NOW, origin=where)
        place(session, first, self.person, crew.lead, NOW, REAL, reason=f"{NAME} was asked")
        wait(session, first, self.other, NOW)
        take(session, second, self.other, NOW)
        place(session, second, self.person, crew.lead, NOW, REAL, reason="needed")
        open_cover(session, second, [crew.person().id], crew.lead, NOW, REAL, None, {})
        personal_links.issue(session, self.person, KEY, NOW)
        open_session(session, self.person, REAL, "test")
        name_person(session, crew.event, self.person)
        self.number = self.person.id
        self._write()
        session.commit()

    def _write(self) -> None:
        """Let others write about the person."""
        crew, number = self.crew, self.person.id
        body = compose("With you: $names. Reach them: $how.", names=FIRST, how=f"{EMAIL}, {PHONE}")
        facts = {"shift_id": self.session.scalars(select(SignUp.shift_id)).first()}
        letter = {"to_address": "sol@example.org", "created_at": NOW, "due_at": NOW}
        add_proposal(self.session, crew.event, number, title="Ours")
        self.session.add_all(
            [
                MoneyRequest(
                    foundation_id=crew.ours.id, person_id=number, currency="USD",
                    asked_on=TODAY, changed_at=NOW, note=f"I am {FIRST}, {PHONE}",
                    approval_link=f"https://x.example/{EMAIL}",
                    lines=[MoneyLine(what=f"Room of {NAME}", spent=500, spent_in="USD",
                                     receipt_link=f"https://x.example/{FIRST}")],
                ),
                Availability(booth_id=crew.booth.id, person_id=number, said_at=NOW),
                SignUpAnswer(
                    booth_id=crew.booth.id, person_id=number, said_at=NOW, shirt="M", food=FOOD,
                    note_to_team=f"{FIRST} comes by bike",
                ),
                Brief(
                    event_id=crew.event.id, changed_at=NOW, goal=f"Let {NAME} speak",
                    contacts=[{"what": "Keys", "who": NAME, "phone": PHONE}],
                ),
                Message(
                    foundation_id=crew.ours.id, person_id=self.other.id, subject=f"With {FIRST}",
                    body=body, fact_key="1", kind="reminder", facts=facts,
                    state="sent", **letter,
                ),
                RosterProposal(
                    booth_id=crew.booth.id, asked_at=NOW, state="done",
                    places=[{"person": number}, {"person": number * 10 + 1}],
                    unfilled=[{"why": f"{FIRST} speaks then"}],
                ),
            ]
        )  # fmt: skip
        with history.act(self.session, REAL, crew.lead, crew.ours, "edited", crew.event) as act:
            crew.event.note, act.detail["said"] = f"{NAME} has the keys", [f"ask {EMAIL}"]
            self.person.phone = PHONE
            self.session.flush()

    def erase(self) -> None:
        erase_person(self.session, self.crew.ours, self.person, self.crew.lead, NOW, REAL)
        self.session.commit()

    def forget(self) -> None:
        forget_contact(self.session, self.crew.ours, self.person, REAL)
        self.session.commit()


@pytest.fixture
def planted(session: Session) -> Planted:
    return Planted(session)


def found(session: Session, *words: str) -> list[str]:
    """Name every column of every table that holds one of these, however it is spelled."""
    session.expire_all()
    return [
        f"{table.name}.{name}: {text}"
        for table in Base.metadata.sorted_tables
        for row in session.execute(select(table)).mappings()
        for name, value in row.items()
        for text in [json.dumps(value, ensure_ascii=False, default=str).replace("\u2060", "")]
        if any(word.casefold() in text.casefold() for word in words)
    ]


def test_the_canary_is_planted(planted: Planted, session: Session) -> None:
    """Without this the others could not fail."""
    tables = {line.partition(".")[0] for line in found(session, FIRST, EMAIL, PHONE)}
    assert tables == {
        *("person", "sign_up", "message", "brief", "audit_entry", "event", "roster_proposal"),
        *("money_request", "money_line", "sign_up_answer"),
    }


def test_an_erased_person_is_in_no_table(planted: Planted, session: Session) -> None:
    planted.erase()
    assert found(session, FIRST, "Bird", EMAIL, PHONE, OLD, FOOD, "nest.example") == []
    assert session.get_one(Foundation, planted.crew.ours.id)
    (proposal,) = session.scalars(select(RosterProposal))
    assert [one["person"] for one in proposal.places] == [planted.number * 10 + 1]
    assert session.scalars(select(Talk.title)).all() == ["Ours"]


def test_sums_stay_without_their_traveller(planted: Planted, session: Session) -> None:
    planted.erase()
    request = session.scalars(select(MoneyRequest)).one()
    assert (request.person_id, request.state, request.note) == (None, "withdrawn", "")
    line = session.scalars(select(MoneyLine)).one()
    assert (line.spent, line.what, line.receipt_link) == (500, "Room of somebody", None)


def test_an_erased_person_is_in_no_file(
    planted: Planted, session: Session, engine: Engine, database_url: str
) -> None:
    file = file_of(database_url)
    if file is None:
        pytest.skip("PostgreSQL keeps its own files")
    planted.erase()
    session.close()
    empty_log(file)
    held = [
        (one.name, word)
        for one in file.parent.rglob("*")
        if one.is_file()
        for word in (FIRST, "Bird", EMAIL, PHONE, OLD, FOOD, json.dumps(FIRST)[1:-1])
        if word.encode() in one.read_bytes()
    ]
    assert held == []


def test_whoever_waits_for_a_place_of_an_erased_person_is_asked(
    planted: Planted, session: Session
) -> None:
    planted.erase()
    rows = session.execute(select(SignUp.person_id, SignUp.state)).all()
    assert (planted.other.id, "offered") in [tuple(row) for row in rows]


def test_the_history_keeps_what_was_done_and_takes_the_rest_back(
    planted: Planted, session: Session
) -> None:
    planted.erase()
    entries = {entry.act: entry for entry in session.scalars(select(AuditEntry))}
    assert {"added", "changed", "removed", "edited"} <= entries.keys()
    assert entries["edited"].detail["said"] == ["ask …"]
    assert session.get_one(Person, planted.crew.lead.id)
    for verb in ("added", "changed"):
        with pytest.raises(Refused, match="cannot be taken back|too old"):
            history.undo(session, entries[verb], planted.crew.lead, NOW, REAL)


def test_without_a_contact_name_hours_and_talks_stay(planted: Planted, session: Session) -> None:
    planted.forget()
    assert found(session, EMAIL, PHONE, OLD, FOOD, "by bike", "nest.example") == []
    person = session.get_one(Person, planted.person.id)
    assert person.name == NAME
    assert len(session.scalars(select(SignUp).where(SignUp.person_id == person.id)).all()) == 3
    assert session.scalars(select(ProposalSpeaker.person_id)).all() == [person.id]
    assert session.scalars(select(PersonalLink)).all() == []


@pytest.mark.parametrize(
    ("shown", "known"),
    [("email_key", True), ("shares_address_at", True), ("accepted_at", True), (None, False)],
)
def test_without_a_contact_who_was_known_stays_known(
    session: Session, shown: str | None, known: bool
) -> None:
    crew = Crew(session)
    facts = {"email_key": None, "shares_address_at": None, "accepted_at": None}
    if shown:
        facts |= {shown: "uma" if shown == "email_key" else NOW}
    person = crew.person("Uma Once", email="uma@nest.example", **facts)
    forget_contact(session, crew.ours, person, REAL)
    assert (person.is_known, person.has_shown_address) == (known, False)


def test_an_act_before_a_contact_went_can_be_taken_back_without_it(
    planted: Planted, session: Session
) -> None:
    crew, person = planted.crew, planted.person
    facts = {"name": "Wrong Name", "city": None, "country": None, "email": EMAIL, "phone": PHONE}
    entry = edit_person(session, crew.ours, person, facts, person.version, crew.lead, REAL)
    assert entry is not None
    planted.forget()
    history.undo(session, entry, crew.lead, NOW, REAL)
    session.refresh(person)
    assert (person.name, person.email, person.phone) == (NAME, None, None)


def test_what_somebody_else_is_called_or_reached_by_stays(
    planted: Planted, session: Session
) -> None:
    twin = planted.crew.person(NAME, email="twin@example.org", email_key="twin", phone=PHONE)
    planted.erase()
    assert session.get_one(Person, twin.id).phone == PHONE
    assert found(session, EMAIL) == []
    brief = session.scalars(select(Brief)).one()
    assert brief.contacts == [{"what": "Keys", "who": NAME, "phone": PHONE}]


def test_an_event_that_is_called_like_a_person_keeps_its_name(
    planted: Planted, session: Session
) -> None:
    day = add_event(session, planted.crew.ours, f"{NAME} Day", url="https://day.example")
    planted.erase()
    assert day.name == f"{NAME} Day"


def test_of_staff_the_last_and_oneself_stay(session: Session) -> None:
    crew = Crew(session)
    us = (session, crew.ours, crew.lead, crew.lead, NOW, REAL)
    with pytest.raises(Refused, match="cannot remove yourself"):
        erase_person(*us)
    with pytest.raises(Refused, match="Somebody must stay staff"):
        erase_person(session, crew.ours, crew.lead, crew.person(), NOW, REAL)


def test_a_volunteer_may_erase_themselves(planted: Planted, session: Session) -> None:
    erase_person(session, planted.crew.ours, planted.person, planted.person, NOW, REAL)
    session.commit()
    assert found(session, FIRST, EMAIL, PHONE) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ann Ly came", "somebody came"),
        ("Mary-Ann Lyon", "Mary-Ann Lyon"),
        ("ann ly: a@b.example", "somebody: …"),
        ("a@\u2060b.\u2060example", "…"),
        ({"why": ["Ann Ly", 3, None]}, {"why": ["somebody", 3, None]}),
    ],
)
def test_words_are_found_whole(text: object, left: object) -> None:
    assert PersonalWords(frozenset({"a@b.example"}), frozenset({"Ann Ly"})).redact(text) == left


class TestExport:
    """Everything that mentions a person, by a walk over the schema."""

    def test_every_row_is_in_it_and_no_secret(self, planted: Planted, session: Session) -> None:
        export = export_person(session, planted.person, REAL)
        assert json.loads(json.dumps(export)) == export
        tables = export["tables"]
        assert tables.keys() >= {
            *("person", "sign_up", "availability", "team_member", "proposal", "message"),
            *(
                "sign_up_answer",
                "personal_link",
                "sign_in_session",
                "audit_entry",
                "money_request",
                "money_line",
            ),
        }
        assert tables["person"][0]["email"] == EMAIL
        assert len(tables["sign_up"]) == 3
        text = json.dumps(export)
        for link in session.scalars(select(PersonalLink)):
            assert link.token_hash not in text
            assert link.seed not in text
        assert "password_hash" not in text

    def test_others_addresses_are_not_in_it(self, planted: Planted, session: Session) -> None:
        text = json.dumps(export_person(session, planted.person, REAL))
        assert planted.crew.lead.email is not None
        assert planted.crew.lead.email not in text

    def test_a_page_says_each_table(self, planted: Planted, session: Session) -> None:
        said = dict(say_tables(session, export_person(session, planted.person, REAL)))
        assert ("mail address", EMAIL) in said["You"][0]
        told = dict(said["What you told the team at sign-up"][0])
        assert (told["food"], told["shirt"]) == (FOOD, "M")
        assert len(said["Places on shifts"]) == 3
        assert {"shift", "state"} <= dict(said["Places on shifts"][0]).keys()
        words = {word for rows in said.values() for row in rows for word, _value in row}
        assert not {word for word in words if word == "id" or word.endswith(" id")}


class TestRetention:
    """90 days after the last shift, unless something is open."""

    DUE = WEDNESDAY + timedelta(hours=2, days=90)

    @pytest.fixture
    def crew(self, session: Session) -> Crew:
        return Crew(session)

    @pytest.fixture
    def person(self, crew: Crew, session: Session) -> Person:
        person = crew.person("Uma Once")
        add_sign_up(session, crew.shift(), person)
        return person

    def due(self, crew: Crew, at: object) -> list[Person]:
        crew.ours.clock = None
        return list_due(crew.session, crew.ours, at)  # type: ignore[arg-type]

    def test_the_day_it_is_due(self, crew: Crew, person: Person) -> None:
        assert self.due(crew, self.DUE - timedelta(seconds=1)) == []
        assert self.due(crew, self.DUE) == [person]

    def test_answers_go_though_no_contact_is_known(
        self, crew: Crew, person: Person, session: Session
    ) -> None:
        person.email = person.email_key = person.phone = None
        session.flush()
        assert self.due(crew, self.DUE) == []
        session.add(
            SignUpAnswer(booth_id=crew.booth.id, person_id=person.id, food=FOOD, said_at=NOW)
        )
        session.flush()
        assert self.due(crew, self.DUE) == [person]
        forget_contact(session, crew.ours, person, REAL)
        assert found(session, FOOD) == [] and self.due(crew, self.DUE) == []

    def test_answers_of_staff_and_of_who_is_held_go_too(
        self, crew: Crew, person: Person, session: Session
    ) -> None:
        ours = crew.ours
        ours.clock = None
        later, never = crew.person("Tom Then"), crew.person("Nia Never")
        person.role = "staff"
        add_sign_up(session, crew.shift(WEDNESDAY + timedelta(days=1)), later)
        session.add_all(
            SignUpAnswer(booth_id=crew.booth.id, person_id=one.id, food="vegan", said_at=said)
            for one, said in (
                (person, self.DUE - timedelta(days=1)),
                (later, NOW),
                (never, self.DUE - timedelta(days=90, seconds=-1)),
            )
        )
        session.flush()

        def left(at: datetime) -> list[int]:
            if has_old_answers(session, ours, at):
                forget_answers(session, ours, at)
            return list(session.scalars(select(SignUpAnswer.person_id).order_by(SignUpAnswer.id)))

        assert left(self.DUE - timedelta(seconds=1)) == [person.id, later.id, never.id]
        assert left(self.DUE) == [later.id, never.id]
        assert left(self.DUE + timedelta(seconds=1)) == [later.id]
        assert left(self.DUE + timedelta(days=1)) == []

    def test_a_later_shift_and_other_roles_keep_it(
        self, crew: Crew, person: Person, session: Session
    ) -> None:
        add_sign_up(session, crew.shift(), crew.lead)
        later = crew.shift(WEDNESDAY + timedelta(days=30))
        add_sign_up(session, later, person, "left")
        assert self.due(crew, self.DUE) == []

    def test_who_never_had_a_shift_is_not_touched(self, crew: Crew) -> None:
        crew.person("Never There")
        assert self.due(crew, self.DUE + timedelta(days=999)) == []

    def test_what_is_open_holds_it_and_is_named(
        self, crew: Crew, person: Person, session: Session
    ) -> None:
        coming = add_event(session, crew.ours, "Next", date(2024, 12, 1))
        name_person(session, coming, person)
        assert self.due(crew, self.DUE) == []
        (one,) = find_forgettings(session, crew.ours, self.DUE, self.DUE)
        assert one.say(crew.ours) == "Kept for now: on the team of an event."
        assert self.due(crew, self.DUE + timedelta(days=400)) == [person]

    @pytest.mark.parametrize("state", ["wanted", "approved", "accepted", "spent"])
    def test_an_open_claim_holds_it(
        self, crew: Crew, person: Person, session: Session, state: str
    ) -> None:
        asked = {"foundation_id": crew.ours.id, "person_id": person.id, "currency": "USD"}
        claim = MoneyRequest(**asked, asked_on=TODAY, changed_at=NOW, state=state)
        session.add(claim)
        assert self.due(crew, self.DUE) == []
        (one,) = find_forgettings(session, crew.ours, self.DUE, self.DUE)
        assert one.say(crew.ours) == "Kept for now: an open claim for money."
        claim.state = "settled"
        assert self.due(crew, self.DUE) == [person]

    def test_a_link_that_was_used_lately_holds_it(
        self, crew: Crew, person: Person, session: Session
    ) -> None:
        used = self.DUE - timedelta(days=30)
        personal_links.issue(session, person, KEY, used)
        assert self.due(crew, self.DUE) == []
        (one,) = find_forgettings(session, crew.ours, self.DUE, self.DUE)
        assert one.say(crew.ours) == "Kept for now: the link was used lately."
        (early,) = find_forgettings(session, crew.ours, self.DUE - timedelta(days=1), self.DUE)
        assert early.held_by == ()
        assert self.due(crew, used + timedelta(days=90)) == [person]

    def test_once_it_is_gone_it_is_not_due_again(
        self, crew: Crew, person: Person, session: Session
    ) -> None:
        forget_contact(session, crew.ours, person, REAL)
        assert self.due(crew, self.DUE) == []

    def test_the_day_is_said(self, crew: Crew, person: Person, session: Session) -> None:
        one = find_forgetting(session, crew.ours, person, NOW)
        assert one is not None
        assert one.say(crew.ours) == "Forgotten on 29 October 2024, 90 days after the last shift."
