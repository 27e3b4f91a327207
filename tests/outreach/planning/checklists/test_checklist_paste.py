"""A pasted checklist: what is read of each row, what is known again, one act with its way back."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ChecklistItem, Event, Foundation, Person
from outreach.accounts import history
from outreach.catalog.reading.table import Settled
from outreach.planning.checklists.pasting import ItemPaste, keep_paste, read_paste
from tests.cast import NOW, REAL, add_event, add_item

HEADS = "what\tby when\tkind\towner\tevidence\tdone on\n"


@pytest.fixture
def event(session: Session, ours: Foundation, ada: Person) -> Event:
    return add_event(session, ours, "SC24", date(2024, 11, 17), date(2024, 11, 22))


def paste(session: Session, event: Event, text: str) -> ItemPaste:
    return read_paste(session, event, text, Settled())


def test_rows_are_read_with_heads_and_without(session: Session, event: Event, ada: Person) -> None:
    row = "Badges\tT-31\texhibitor form\tada example\texample.org/1\t1 Jul 2024\n"
    (line,) = paste(session, event, HEADS + row).lines
    assert line.row is not None
    assert line.row.columns == {
        "what": "Badges", "kind": "forms", "days": -31, "fixed_on": None, "owner_id": ada.id,
        "evidence": "https://example.org/1", "done_on": date(2024, 7, 1),
    }  # fmt: skip
    bare = paste(session, event, "Badges\tT-31\nForms\t2024-10-01\n")
    assert [row.columns["what"] for row in bare.ready] == ["Badges", "Forms"]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("\tT-31", "Say what is to be done."),
        ("Badges\tsoon", "Write days from the event"),
        ("Badges\tT-31\tparty", "is no kind known here"),
        ("Badges\tT-31\t\tNobody", "is called “Nobody”"),
        ("Badges\tT-31\t\t\tjavascript:x", "address"),
        ("Badges\tT-31\t\t\t\tsoon", "no date"),
    ],
)
def test_what_cannot_be_is_said_beside_its_cell(
    session: Session, event: Event, row: str, wrong: str
) -> None:
    (line,) = paste(session, event, f"{HEADS}{row}\n").bad
    assert wrong in " ".join(cell.error or "" for cell in line.cells)


def test_a_row_that_is_known_changes_it_and_all_goes_back_at_once(
    session: Session, ours: Foundation, event: Event, ada: Person
) -> None:
    add_item(session, event, "Badges", -31, owner_id=ada.id, kind="forms")
    add_item(session, event, "Forms", -30)
    table = paste(session, event, "what\tdue\nbadges\tT-20\nForms\tT-30\nNew\tT-1\nnew\tT-2\n")
    assert [line.outcome for line in table.lines] == ["change", "same", "new", "same"]
    entry = keep_paste(session, ours, event, table, ada, REAL)

    def items() -> list[tuple[str, int | None, int | None, str]]:
        found = session.scalars(select(ChecklistItem).order_by(ChecklistItem.id))
        return [(one.what, one.days, one.owner_id, one.kind) for one in found]

    assert items() == [
        ("badges", -20, ada.id, "forms"),
        ("Forms", -30, None, "task"),
        ("New", -1, None, "task"),
    ]
    history.undo(session, entry, ada, NOW, REAL)
    assert items() == [("Badges", -31, ada.id, "forms"), ("Forms", -30, None, "task")]
