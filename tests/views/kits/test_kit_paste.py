"""Kits and swag pasted from a sheet: previewed, kept, left alone where they stand, taken back."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Kit, KitLine, Swag
from tests.conftest import Stored
from tests.views.planned import Owned, text_of, undo_of

KITS = "Kit\tKept in\tWhat\tHow many\nBanner kit\tRaleigh\tbanner\t2\n\t\ttable cloth\t1\n"
SWAG = (
    "Event\tWhat\tOrdered\tFile by\tArrives by\n"
    "SIGGRAPH\tStickers\t1,000\t28 Jun 2024\t26 Jul 2024\n"
)


def things(stored: Stored) -> list[tuple[str, str, str, int]]:
    with stored() as session:
        rows = session.execute(
            select(Kit.name, Kit.place, KitLine.what, KitLine.how_many)
            .join(KitLine, KitLine.kit_id == Kit.id)
            .order_by(KitLine.id)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def swag(stored: Stored) -> list[tuple[str, int | None, int | None]]:
    with stored() as session:
        return [(one.item, one.ordered, one.after) for one in session.scalars(select(Swag))]


def test_kits_are_previewed_kept_changed_and_taken_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    assert "Paste the kits you have." in staff.get("/kits/paste").text
    page = staff.post("/kits/paste/preview", data={"text": KITS})
    assert "2 rows are ready." in page.text and things(stored) == []
    page = staff.post("/kits/paste", data={"text": KITS}, follow_redirects=True)
    assert "2 rows kept." in page.text
    kept = [("Banner kit", "Raleigh", "banner", 2), ("Banner kit", "Raleigh", "table cloth", 1)]
    assert things(stored) == kept
    assert "Here already." in staff.post("/kits/paste/preview", data={"text": KITS}).text
    more = "Kit,What,How many\nbanner KIT,banner,3\nBanner kit,tape,1\nSpare,,\n"
    page = staff.post("/kits/paste", data={"text": more}, follow_redirects=True)
    assert [one[2:] for one in things(stored)] == [("banner", 3), ("table cloth", 1), ("tape", 1)]
    with stored() as session:
        assert set(session.scalars(select(Kit.name))) == {"Banner kit", "Spare"}
    staff.post(undo_of(page))
    assert things(stored) == kept


def test_columns_without_heads_are_told_by_what_they_hold(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    staff.post("/kits/paste", data={"text": "Banner kit\t2\tbanner\nBanner kit\t4\ttape\n"})
    assert [one[2:] for one in things(stored)] == [("banner", 2), ("tape", 4)]
    staff.post("/swag/paste", data={"text": "SIGGRAPH\tPens\t400\nOpen Source Days\tPens\t90\n"})
    assert swag(stored) == [("Pens", 400, None), ("Pens", 90, None)]


def test_what_our_own_files_say_is_here_already(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    staff.post("/kits/paste", data={"text": KITS})
    staff.post("/swag/paste", data={"text": SWAG})
    for name in ("kits", "swag"):
        file = staff.get(f"/{name}.csv").text
        page = staff.post(f"/{name}/paste/preview", data={"text": file})
        assert "Nothing is new here." in page.text, text_of(page)


def test_swag_is_kept_and_keeps_what_a_cell_leaves_empty(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    page = staff.post("/swag/paste", data={"text": SWAG}, follow_redirects=True)
    assert swag(stored) == [("Stickers", 1000, None)]
    later = "Event\tWhat\tLeft\nSIGGRAPH 2024\tstickers\t120\n"
    assert "Changes it." in staff.post("/swag/paste/preview", data={"text": later}).text
    page = staff.post("/swag/paste", data={"text": later}, follow_redirects=True)
    assert [one[1:] for one in swag(stored)] == [(1000, 120)]
    assert "880 given away, 120 left" in text_of(page)
    staff.post(undo_of(page))
    assert [one[1:] for one in swag(stored)] == [(1000, None)]


@pytest.mark.parametrize(
    ("where", "text", "sentence"),
    [
        ("kits", "", "Paste the rows of a table first."),
        ("kits", "Kit\tWhat\n", "There are no rows"),
        ("kits", "Kit\tWhat\tState\nA\tpens\tbroken\n", "is no state known here"),
        ("kits", "Kit\tWhat\tHow many\nA\tpens\tmany\n", "is no count like 400"),
        ("kits", "Kit\tWhat\tHow many\nA\tpens\t0\n", "is no count like 400"),
        ("kits", "Kit\tWhat\n\tpens\n", "Give the kit a name"),
        ("swag", "Event\tWhat\nNowhere\tPens\n", "No event to come is called"),
        ("swag", "Event\tWhat\nSIGGRAPH\t\n", "at most 120 characters"),
        ("swag", "Event\tWhat\tFile by\nSIGGRAPH\tPens\tsoon\n", "needs another look"),
        ("swag", "Event\tWhat\tOrdered\tLeft\nSIGGRAPH\tPens\t10\t11\n", "More would be left"),
    ],
)
def test_a_table_that_is_not_ready_is_kept_on_the_page(
    staff: FlaskClient, owned: Owned, stored: Stored, where: str, text: str, sentence: str
) -> None:
    answer = staff.post(f"/{where}/paste", data={"text": text})
    assert (answer.status_code, sentence in text_of(answer)) == (422, True), text_of(answer)
    assert things(stored) == [] and swag(stored) == []
