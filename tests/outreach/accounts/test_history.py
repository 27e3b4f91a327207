"""One history: what an act changed goes back as it was, once, and never over what came since."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import delete, select, true, update
from sqlalchemy.orm import Session

from models import ActSubject, Ask, AuditEntry, Event, Gathering, IssueSegment, Person, Segment
from models.base import Base
from outreach.accounts import history
from outreach.accounts.audit import record
from outreach.accounts.putting_back import CHANGED, IN_USE, NO_ROOM
from outreach.accounts.rows import UNTOLD_COLUMNS, models, select_rows
from outreach.refusal import Refused
from tests import cast, sign_ins
from tests.cast import NOW, REAL
from tests.conftest import Stored


class Plans:
    """A foundation with a segment that has one of everything below it, and an event."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ours = cast.add_clocked(session)
        self.ada = sign_ins.add_person(session, foundation=self.ours, password_hash="a secret")
        self.event = cast.add_event(session, self.ours)
        self.vfx = cast.add_segment(session, self.ours, software=["Houdini"])
        self.issue = cast.add_issue(session, cast.add_tracker(session, self.ours), self.vfx)
        self.told = cast.add_gathering(session, self.vfx, self.event)
        self.ask = cast.add_ask(session, self.issue, self.vfx)

    def picture(self) -> dict[Any, Any]:
        """Give every row of every table but the audit's."""
        self.session.flush()
        found: dict[Any, Any] = {}
        for name in models():
            if name not in ("audit_entry", "act_subject"):
                found |= select_rows(self.session, Base.metadata.tables[name], true())
        return found

    def act(self, change: Callable[["Plans"], object], verb: str = "changed") -> AuditEntry:
        with history.act(self.session, REAL, self.ada, self.ours, verb, self.vfx) as act:
            change(self)
        return act.entry

    def undo(self, entry: AuditEntry) -> history.TakenBack:
        return history.undo(self.session, entry, self.ada, NOW, REAL)


@pytest.fixture
def plans(session: Session) -> Plans:
    return Plans(session)


def rename(plans: Plans) -> None:
    plans.vfx.name, plans.vfx.software = "Effects", ["Maya"]


def rename_in_bulk(plans: Plans) -> None:
    plans.session.execute(update(Segment).values(name="Effects"))


def add(plans: Plans) -> None:
    segment = cast.add_segment(plans.session, plans.ours, "hpc")
    cast.add_gathering(plans.session, segment, plans.event)


def drop(plans: Plans) -> None:
    plans.session.delete(plans.told)


def drop_with_all_below(plans: Plans) -> None:
    plans.session.execute(delete(Segment).where(Segment.id == plans.vfx.id))


def drop_and_add(plans: Plans) -> None:
    """SQLite gives the number of the dropped one to the new one."""
    drop_with_all_below(plans)
    cast.add_segment(plans.session, plans.ours, "hpc")


def change_and_drop(plans: Plans) -> None:
    plans.told.sentence = "Something else."
    plans.session.flush()
    plans.session.execute(delete(Event).where(Event.id == plans.event.id))


def come_and_go(plans: Plans) -> None:
    plans.session.delete(cast.add_segment(plans.session, plans.ours, "hpc"))


@pytest.mark.parametrize(
    "change",
    [rename, rename_in_bulk, add, drop, drop_with_all_below, change_and_drop, drop_and_add],
    ids=lambda one: one.__name__,
)
def test_taken_back_everything_is_as_before_and_done_again_as_after(
    plans: Plans, change: Callable[[Plans], None]
) -> None:
    before = plans.picture()
    entry = plans.act(change)
    after = plans.picture()
    assert after != before
    back = plans.undo(entry).entry
    assert plans.picture() == before
    assert (back.act, back.subject, back.subject_id) == ("took back", "segment", plans.vfx.id)
    again = plans.undo(back).entry
    assert plans.picture() == after
    assert again.act == "did again"
    plans.undo(again)
    assert plans.picture() == before


def test_pressed_twice_it_is_done_once(plans: Plans) -> None:
    entry = plans.act(rename)
    plans.undo(entry)
    plans.act(rename)
    with pytest.raises(Refused, match=str(history.TWICE)):
        plans.undo(entry)
    assert plans.vfx.name == "Effects"


MEANWHILE: dict[str, tuple[Callable[[Plans], object], Callable[[Plans], object], str]] = {
    "the same column": (rename, lambda p: setattr(p.vfx, "name", "FX"), CHANGED),
    "it is gone": (rename, drop_with_all_below, CHANGED),
    "a made row was changed": (
        add,
        lambda p: p.session.execute(update(Segment).where(Segment.slug == "hpc").values(who="x")),
        CHANGED,
    ),
    "something rests on a made row": (
        add,
        lambda p: cast.add_gathering(
            p.session, p.session.scalars(select(Segment).filter_by(slug="hpc")).one(), p.event
        ),
        IN_USE,
    ),
    "what it was about is gone": (drop, drop_with_all_below, NO_ROOM),
    "another has its place": (
        drop_with_all_below,
        lambda p: cast.add_segment(p.session, p.ours, "vfx"),
        NO_ROOM,
    ),
}


@pytest.mark.parametrize("name", MEANWHILE)
def test_what_came_since_stands_in_the_way(plans: Plans, name: str) -> None:
    change, meanwhile, sentence = MEANWHILE[name]
    entry = plans.act(change)
    meanwhile(plans)
    plans.session.flush()
    now = plans.picture()
    with pytest.raises(Refused, match=str(sentence)), plans.session.begin_nested():
        plans.undo(entry)
    assert plans.picture() == now


def test_other_columns_that_changed_since_stay(plans: Plans) -> None:
    entry = plans.act(rename)
    plans.vfx.who = "The studios"
    plans.undo(entry)
    assert (plans.vfx.name, plans.vfx.who) == ("VFX", "The studios")


def test_an_open_form_learns_of_it(plans: Plans) -> None:
    entry = plans.act(rename)
    seen = plans.vfx.version
    plans.undo(entry)
    plans.session.refresh(plans.vfx)
    assert plans.vfx.version > seen


def test_a_number_that_another_row_has_by_now_is_not_written_over(plans: Plans) -> None:
    entry = plans.act(drop_with_all_below)
    number = entry.subject_id
    other = cast.add_segment(plans.session, plans.ours, "other", id=number)
    plans.undo(entry)
    back = plans.session.scalars(select(Segment).filter_by(slug="vfx")).one()
    assert (other.slug, back.id != number, back.software) == ("other", True, ["Houdini"])
    for model in (Gathering, IssueSegment, Ask):
        assert plans.session.scalars(select(model.segment_id)).all() == [back.id]


def test_earlier_versions_lines_are_refused_with_a_sentence(plans: Plans) -> None:
    old = [{"changes": [], "shifts": [1]}, {"before": {"name": "x"}}, {}]
    for detail in old:
        entry = record(plans.session, REAL, plans.ada, plans.ours, "changed", "event", 1, detail)
        with pytest.raises(Refused, match=str(history.TOO_OLD)):
            plans.undo(entry)


def test_what_changed_nothing_has_nothing_to_take_back(plans: Plans) -> None:
    with history.act(plans.session, REAL, plans.ada, plans.ours, "changed", plans.vfx) as act:
        come_and_go(plans)
        plans.vfx.name = plans.vfx.name
    assert act.changed is None
    with pytest.raises(Refused, match=str(history.NOTHING)):
        plans.undo(act.entry)


def test_no_secret_and_nothing_computed_is_kept(plans: Plans) -> None:
    def harm(plans: Plans) -> None:
        plans.ada.password_hash, plans.ada.name = "another secret", "Ada"
        plans.event.best_rank = 9.0
        other = sign_ins.add_person(plans.session, "Bo", password_hash="x", foundation=plans.ours)
        plans.session.execute(delete(Person).where(Person.id == other.id))

    entry = plans.act(harm)
    assert "secret" not in str(entry.detail)
    kept = {name for change in entry.detail["rows"] for name in change["before"] or ()}
    assert kept == {"name"}
    assert not kept & UNTOLD_COLUMNS


def test_an_act_inside_another_is_a_part_of_it(plans: Plans) -> None:
    with history.act(plans.session, REAL, plans.ada, plans.ours, "drew") as outer:
        plans.vfx.who = "x"
        inner = plans.act(rename)
        plans.event.note = "y"
    assert inner.part_of == outer.entry.id
    assert history.list_parts(plans.session, outer.entry) == [inner]
    assert [change["table"] for change in outer.entry.detail["rows"]] == ["segment", "event"]
    assert [set(change["before"]) for change in inner.detail["rows"]] == [{"name", "software"}]


def test_a_failed_act_leaves_no_line_and_nobody_watching(plans: Plans) -> None:
    def fail(plans: Plans) -> None:
        rename(plans)
        raise Refused("No.")

    with pytest.raises(Refused), plans.session.begin_nested():
        plans.act(fail)
    assert plans.session.scalars(select(AuditEntry)).all() == []
    entry = plans.act(rename)
    assert len(entry.detail["rows"]) == 1


def test_a_line_knows_what_it_was_about_and_a_new_row_has_no_old_past(plans: Plans) -> None:
    def about(number: int) -> list[int]:
        of = (ActSubject.subject == "segment", ActSubject.subject_id == number)
        return list(plans.session.scalars(select(ActSubject.entry_id).where(*of)))

    entry = plans.act(drop_with_all_below)
    found = history.find_subjects(plans.session, entry)
    assert found == {("segment", entry.subject_id), ("event", plans.event.id)}
    back = plans.undo(entry).entry
    assert about(entry.subject_id or 0) == [entry.id, back.id]
    drop_with_all_below(plans)
    with history.act(plans.session, REAL, plans.ada, plans.ours, "added") as act:
        new = cast.add_segment(plans.session, plans.ours, "new", id=entry.subject_id)
        act.subject = new
    assert about(new.id) == [act.entry.id]


def test_two_who_press_at_once_take_it_back_once(stored: Stored) -> None:
    with stored() as session:
        plans = Plans(session)
        entry, who, segment = plans.act(drop).id, plans.ada.id, plans.vfx.id
    start = Barrier(2)

    def press() -> str:
        start.wait()
        try:
            with stored() as session:
                line, ada = session.get_one(AuditEntry, entry), session.get_one(Person, who)
                history.undo(session, line, ada, NOW, REAL)
        except Refused as refusal:
            return refusal.sentence
        return "done"

    with ThreadPoolExecutor() as pool:
        said = [one.result() for one in [pool.submit(press) for _ in range(2)]]
    assert sorted(said) == [str(history.TWICE), "done"]
    with stored() as session:
        assert session.scalars(select(Gathering.segment_id)).all() == [segment]
