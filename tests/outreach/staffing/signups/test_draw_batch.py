"""Batches of shifts: drawn by several at once, taken back, and read from a sheet."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Booth, Event, Person, Shift, SignUp
from outreach.accounts.history import undo
from outreach.catalog.reading.table import Settled
from outreach.refusal import Refused
from outreach.staffing.booth.drawing import Plan
from outreach.staffing.booth.hours import read_hours
from outreach.staffing.booth.needs import KnownSegment, read_needs, read_when, write_needs
from outreach.staffing.booth.pasted_columns import Role
from outreach.staffing.booth.pasting import Setting, read_paste
from outreach.staffing.signups.batches.draw import Changed, Wanted, draw, look_ahead
from outreach.staffing.signups.batches.take_back import list_batches, remove_batch
from outreach.staffing.signups.sign_up import take
from tests.cast import NOW, REAL
from tests.conftest import Stored
from tests.outreach.staffing.crew import Crew

FIRST, LAST = date(2024, 7, 28), date(2024, 8, 1)
VFX = KnownSegment("vfx", "VFX", "Visual effects")


def wanted(text: str, **plan: int) -> Wanted:
    return Wanted(read_hours(text, FIRST, LAST).stretches, Plan(**plan))


def standing(session: Session) -> list[str]:
    rows = session.scalars(
        select(Shift).where(Shift.cancelled_at.is_(None)).order_by(Shift.starts_at, Shift.id)
    )
    zone = ZoneInfo("America/Denver")
    return [
        f"{shift.starts_at.astimezone(zone):%a %H}-{shift.ends_at.astimezone(zone):%H}"
        for shift in rows
    ]


class TestDrawing:
    """Shifts are drawn once, changed as they were seen, and taken back as they were."""

    def draw(self, crew: Crew, text: str, seen: str | None = None) -> int:
        found = look_ahead(crew.session, crew.event, wanted(text), NOW).difference.fingerprint
        seen = found if seen is None else seen
        entry = draw(crew.session, crew.event, wanted(text), seen, crew.lead, NOW, REAL)
        return entry.id

    def undo(self, crew: Crew, number: int) -> int:
        entry = crew.session.get_one(AuditEntry, number)
        remarks = undo(crew.session, entry, crew.lead, NOW, REAL).remarks
        return sum("stays as it is" in one for one in remarks)

    def test_changes_are_undone_one_after_the_other(self, session: Session) -> None:
        crew = Crew(session)
        first = self.draw(crew, "Tue 10-14\nWed 10-14")
        before = standing(session)
        second = self.draw(crew, "Tue 11-15\nThu 10-12")
        assert standing(session) == ["Tue 11-13", "Tue 13-15", "Thu 10-12"]
        assert self.undo(crew, second) == 0
        assert standing(session) == before == ["Tue 10-12", "Tue 12-14", "Wed 10-12", "Wed 12-14"]
        with pytest.raises(Refused, match="taken back already"):
            self.undo(crew, second)
        assert standing(session) == before
        self.undo(crew, first)
        assert standing(session) == []
        assert crew.booth.hours == []

    def test_what_changed_again_stays(self, session: Session) -> None:
        crew = Crew(session)
        self.draw(crew, "Tue 10-12")
        second = self.draw(crew, "Tue 11-13")
        self.draw(crew, "Tue 12-14")
        assert self.undo(crew, second) == 1
        assert standing(session) == ["Tue 12-14"]

    def test_a_sign_up_between_look_and_act_is_noticed(self, session: Session) -> None:
        crew = Crew(session)
        self.draw(crew, "Tue 10-12")
        found = look_ahead(session, crew.event, wanted("Wed 10-12"), NOW).difference
        take(session, session.scalars(select(Shift)).one(), crew.person(), NOW)
        with pytest.raises(Changed):
            self.draw(crew, "Wed 10-12", found.fingerprint)
        assert standing(session) == ["Tue 10-12"]

    def test_nobody_is_booked_twice_by_a_move(self, session: Session) -> None:
        crew = Crew(session)
        self.draw(crew, "Tue 10-12")
        other = Crew(session, "theirs")
        sol = crew.person("Sol Busy")
        take(session, session.scalars(select(Shift)).one(), sol, NOW)
        late = crew.shift(session.scalars(select(Shift)).one().ends_at, 2, max_people=1)
        take(session, late, sol, NOW)
        assert other.booth.id != crew.booth.id
        with pytest.raises(Refused):
            self.draw(crew, "Tue 11-13")

    def test_too_many_are_refused(self, session: Session) -> None:
        crew = Crew(session)
        plan = Wanted(read_hours("1 Jul - 31 Jul 0-24", FIRST, LAST).stretches, Plan(15))
        with pytest.raises(Refused, match="a booth takes 1,000"):
            look_ahead(session, crew.event, plan, NOW)

    @pytest.mark.parametrize("clients", [2, 6])
    def test_drawn_at_once_they_are_drawn_once(self, stored: Stored, clients: int) -> None:
        with stored() as session:
            crew = Crew(session)
            event, lead = crew.event.id, crew.lead.id

        def act(session: Session) -> None:
            found = session.get_one(Event, event), session.get_one(Person, lead)
            draw(session, found[0], wanted("Tue 10-18"), "", found[1], NOW, REAL)

        _together(stored, [act] * clients)
        with stored() as session:
            assert standing(session) == ["Tue 10-12", "Tue 12-14", "Tue 14-16", "Tue 16-18"]

    def test_taken_back_while_somebody_signs_up(self, stored: Stored) -> None:
        with stored() as session:
            crew = Crew(session)
            self.draw(crew, "Tue 10-12")
            batch = list_batches(session, crew.booth)[0].key
            shift, sol = session.scalars(select(Shift.id)).one(), crew.person().id
            event, lead = crew.event.id, crew.lead.id

        def sign_up(session: Session) -> None:
            found = session.get(Shift, shift)
            if found is not None:
                take(session, found, session.get_one(Person, sol), NOW)

        def take_back(session: Session) -> None:
            booth = session.scalars(select(Booth)).one()
            found = session.get_one(Event, event), booth, batch, session.get_one(Person, lead)
            remove_batch(session, *found, NOW, REAL)

        _together(stored, [sign_up, take_back])
        with stored() as session:
            assert standing(session) == []
            assert "taken" not in session.scalars(select(SignUp.state)).all()


def _together(stored: Stored, acts: list[Callable[[Session], None]]) -> None:
    """Do the acts at once, each in its transaction; a refusal is an answer, an error is not."""
    ready, broken = Barrier(len(acts)), list[Exception]()

    def run(act: Callable[[Session], None]) -> None:
        ready.wait()
        try:
            with stored() as session:
                act(session)
        except Refused:
            pass
        except Exception as error:
            broken.append(error)

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []


class TestNeeds:
    """What a shift asks for, as people type it."""

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", []),
            ("lead", ["lead"]),
            ("a lead, lead", ["lead"]),
            ("knows VFX", ["expert:vfx"]),
            ("visual effects", ["expert:vfx"]),
            ("expert in vfx; speaks French", ["expert:vfx", "language:fr"]),
            ("German", ["language:de"]),
            ("language: sw", ["language:sw"]),
            ("Forklift, first aid", ["skill:forklift", "skill:first aid"]),
            ("skill:forklift", ["skill:forklift"]),
        ],
    )
    def test_words(self, text: str, words: list[str]) -> None:
        assert read_needs(text, [VFX]) == words
        assert read_needs(write_needs(words, [VFX]), [VFX]) == words

    @pytest.mark.parametrize(
        "text", ["knows cooking", "speaks Klingonish", "x" * 50, "a1,b1,c1,d1,e1,f1,g1,h1,i1"]
    )
    def test_refused(self, text: str) -> None:
        with pytest.raises(Refused):
            read_needs(text, [VFX])

    @pytest.mark.parametrize(
        ("text", "count", "day"),
        [
            ("", 1, None),
            ("12-14", 1, None),
            ("Wed", 1, 31),
            ("Wed 12-14", 1, 31),
            ("daily 9-10", 5, 28),
        ],
    )
    def test_when(self, text: str, count: int, day: int | None) -> None:
        found = read_when(text, FIRST, LAST)
        assert len(found) == count
        first = found[0]
        assert (first[0].day if first and first[0] else None) == day


class TestPaste:
    """Columns are guessed by their heads, else by what is in them."""

    SETTING = Setting(FIRST, LAST, ZoneInfo("America/Denver"), segments=(VFX,))

    @pytest.mark.parametrize(
        ("text", "roles"),
        [
            ("Day\tTime\tMin\tMax\nTue\t9-10\t1\t2", ["day", "time", "least", "most"]),
            ("From\tUntil\tDate\tVolunteers\n9\t10\tTue\tAda", ["start", "end", "day", "names"]),
            ("Tue 9-10\t2-3\tset-up", ["when", "people", "kind"]),
            ("Tue\t09:30\t11:30\t2", ["day", "start", "end", "people"]),
            ("Tue\t9:30-11:30\tbring water", ["day", "time", "note"]),
        ],
    )
    def test_columns(self, text: str, roles: list[Role]) -> None:
        read = read_paste(text, self.SETTING, Settled())
        assert list(read.roles) == roles
        assert [line.outcome for line in read.lines] == ["new"]

    def test_columns_without_times_are_asked_about(self) -> None:
        read = read_paste("some\twords\nother\twords", self.SETTING, Settled())
        assert read.question
        assert {line.outcome for line in read.lines} == {"bad"}

    @pytest.mark.parametrize(
        ("row", "column", "says"),
        [
            ("Tue\t25-26\t2\t", 1, "is no time"),
            ("soon\t9-10\t2\t", 0, "is no day near the event"),
            ("Tue\t9-10\tmany\t", 2, "is no number of people"),
            ("Tue\t9-10\t3-2\t", 2, "cannot be"),
            ("Tue\t9-10\t2\tknows cooking", 3, "No segment is called"),
        ],
    )
    def test_the_wrong_cell_is_named(self, row: str, column: int, says: str) -> None:
        text = f"Day\tTime\tPeople\tNeeds\n{row}"
        cells = read_paste(text, self.SETTING, Settled()).lines[0].cells
        wrong = [(number, cell.error) for number, cell in enumerate(cells) if cell.error]
        assert [number for number, _ in wrong] == [column]
        assert says in (wrong[0][1] or "")
