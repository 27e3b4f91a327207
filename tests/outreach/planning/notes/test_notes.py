"""Notes: whom they name, who is told under which caps, who changes them, export and erasing."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, EventNote, Foundation, Message, NoteMention, Person
from outreach.accounts.history import undo
from outreach.messages.written import Dropped, Written
from outreach.planning.notes.mentions import spell_mentions
from outreach.planning.notes.notes import change_note, list_notes, remove_note, write_note
from outreach.planning.people.export import export_person
from outreach.planning.people.forgetting import erase_person
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.letters.told_about import Desk
from outreach.staffing.letters.writing import draft
from tests.cast import NOW, REAL, add_clocked, add_event, name_person
from tests.sign_ins import add_person

PEOPLE = {1: "Ada Example", 2: "Lin Example", 3: "Lin Sample", 4: "Zoë-Jo Ng"}
DESK = Desk("https://w.example.org", "x" * 32)


@pytest.mark.parametrize(
    ("text", "spelled", "named"),
    [
        ("@Ada look", "@Ada Example look", {1}),
        ("ask @ada example, please", "ask @Ada Example, please", {1}),
        ("@Lin which one?", "@Lin which one?", set()),
        ("@Lin Sample and @Ada.", "@Lin Sample and @Ada Example.", {1, 3}),
        ("@zoë-jo?", "@Zoë-Jo Ng?", {4}),
        ("mail ada@Ada.example", "mail ada@Ada.example", set()),
        ("@Adam", "@Adam", set()),
        ("@@Ada", "@@Ada", set()),
        ("nobody", "nobody", set()),
    ],
)
def test_whom_a_text_names(text: str, spelled: str, named: set[int]) -> None:
    assert spell_mentions(text, PEOPLE) == (spelled, named)


class Desks:
    """An event with two of staff and a lead, and somebody who only goes there."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ours: Foundation = add_clocked(session)
        self.event: Event = add_event(session, self.ours)
        self.ada: Person = add_person(session, "Ada Example", foundation=self.ours)
        self.bo: Person = add_person(session, "Bo Example", foundation=self.ours)
        self.lin: Person = add_person(session, "Lin Example", "volunteer", self.ours)
        self.sol: Person = add_person(session, "Sol Example", "volunteer", self.ours)
        name_person(session, self.event, self.lin, is_lead=True)
        name_person(session, self.event, self.sol)

    def write(self, text: str, by: Person | None = None):  # type: ignore[no-untyped-def]
        entry = write_note(self.session, self.ours, self.event, text, by or self.ada, NOW, REAL)
        return list_notes(self.session, self.event)[0], entry

    def letters(self) -> list[Message]:
        mine = select(Message).where(Message.kind == "mentioned").order_by(Message.id)
        return list(self.session.scalars(mine))


@pytest.fixture
def desks(session: Session) -> Desks:
    return Desks(session)


def test_who_can_read_it_is_named_and_told_and_nobody_else(desks: Desks) -> None:
    desks.write("@Bo and @Lin and @Sol: the form is due. @Ada")
    told = [letter.person_id for letter in desks.letters()]
    assert told == [desks.bo.id, desks.lin.id]
    written = draft(desks.session, [desks.letters()[1]], REAL, DESK)
    assert isinstance(written, Written)
    assert written.subject == "Ada Example names you in a note on SIGGRAPH"
    assert f"https://w.example.org/events/{desks.event.id}#notes" in written.body


def test_a_letter_is_dropped_once_the_note_is_gone_or_not_theirs_to_read(desks: Desks) -> None:
    _note, entry = desks.write("@Lin look")
    (letter,) = desks.letters()
    undo(desks.session, entry, desks.ada, NOW, REAL)
    assert isinstance(draft(desks.session, [letter], REAL, DESK), Dropped)
    assert list_notes(desks.session, desks.event) == []


def test_one_person_causes_so_many_letters_a_day(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, to = notices.MENTIONS
    few = (type(by)(by.name, 2, by.window, by.sentence), to)
    monkeypatch.setattr(notices, "MENTIONS", few)
    for number in range(3):
        desks.write(f"@Bo {number}")
    assert len(desks.letters()) == 2


def test_only_its_author_changes_a_note_and_only_new_names_are_told(desks: Desks) -> None:
    note, _entry = desks.write("@Bo look")
    args = (desks.session, desks.ours, note)
    with pytest.raises(Refused, match="Only who wrote"):
        change_note(*args, "mine", note.version, desks.bo, NOW, REAL)
    with pytest.raises(Refused, match="Only who wrote"):
        remove_note(*args, desks.bo, REAL)
    entry = change_note(*args, "@Lin look", note.version, desks.ada, NOW, REAL)
    assert [one.person_id for one in desks.letters()] == [desks.bo.id, desks.lin.id]
    assert entry is not None
    undo(desks.session, entry, desks.ada, NOW, REAL)
    desks.session.expire_all()
    assert list_notes(desks.session, desks.event)[0].text == "@Bo Example look"
    assert list(desks.session.scalars(select(NoteMention.person_id))) == [desks.bo.id]


def test_a_removed_note_comes_back_with_whom_it_names(desks: Desks) -> None:
    note, _entry = desks.write("@Bo look")
    entry = remove_note(desks.session, desks.ours, note, desks.ada, REAL)
    assert list_notes(desks.session, desks.event) == []
    undo(desks.session, entry, desks.ada, NOW, REAL)
    (back,) = list_notes(desks.session, desks.event)
    assert [one.person_id for one in back.mentions] == [desks.bo.id]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_what_no_note_can_be(desks: Desks, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        desks.write(text)
    assert refusal.value.field == "text"


def test_notes_are_exported_and_names_go_with_whom_they_name(desks: Desks) -> None:
    session = desks.session
    desks.write("@Lin knows the hall", desks.bo)
    tables = export_person(session, desks.lin, REAL)["tables"]
    assert tables["note_mention"]
    assert export_person(session, desks.bo, REAL)["tables"]["event_note"]
    erase_person(session, desks.ours, desks.lin, desks.ada, NOW, REAL)
    assert session.scalars(select(EventNote.text)).one() == "@somebody knows the hall"
    assert session.scalars(select(NoteMention)).all() == []
    erase_person(session, desks.ours, desks.bo, desks.ada, NOW, REAL)
    assert session.scalars(select(EventNote.author_id)).one() is None
