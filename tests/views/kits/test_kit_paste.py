"""Kits and swag pasted from a sheet: previewed, kept, left alone where they stand, taken back."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Kit, KitBooking, KitCount, KitLine, Swag
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


BOOKED = """Kit\tWhat\tHow many\tEvent\tDays before\tDays after\tSent\tArrived\tCame\tReason
Banner kit\tbanner\t2\tSIGGRAPH\t5\t3\t2024-07-20\t2024-07-25\t2\t
\ttape\t1\tSIGGRAPH\t\t\t\t\t1\t
"""


def booked(stored: Stored) -> list[tuple[object, ...]]:
    with stored() as session:
        rows = session.scalars(select(KitBooking)).all()
        counts = session.scalars(select(KitCount).order_by(KitCount.line_id)).all()
        return [(row.days_before, row.days_after, str(row.sent_on), str(row.arrived_on),
                 [(one.before, one.after) for one in counts]) for row in rows]  # fmt: skip


def test_a_kit_is_booked_counted_and_all_goes_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    page = staff.post("/kits/paste", data={"text": BOOKED}, follow_redirects=True)
    first = (5, 3, "2024-07-20", "2024-07-25", [(2, None), (1, None)])
    assert booked(stored) == [first], text_of(page)
    later = "Kit\tWhat\tEvent\tDays after\tWent back\nBanner kit\tbanner\tSIGGRAPH\t4\t1\n"
    shown = text_of(staff.post("/kits/paste/preview", data={"text": later}))
    assert "2024: 4 days back" in shown
    page = staff.post("/kits/paste", data={"text": later}, follow_redirects=True)
    assert booked(stored) == [(5, 4, *first[2:4], [(2, 1), (1, None)])]
    staff.post(undo_of(page))
    assert booked(stored) == [first]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"Event": "Nowhere"}, "No event of yours is called"),
        ({"Event": "SIGGRAPH", "Days before": "121"}, "At most 120 days."),
        ({"Event": "SIGGRAPH", "Sent": "2022-01-01"}, "too far from the days of the event"),
        (
            {"Event": "SIGGRAPH", "Sent": "2024-07-20", "Arrived": "2024-07-19"},
            "before it was sent",
        ),
        ({"Event": "Open Source Days", "Days after": "2"}, "Say how that can be"),
    ],
)
def test_a_booking_that_cannot_be_is_not_kept(
    staff: FlaskClient, owned: Owned, stored: Stored, told: dict[str, str], sentence: str
) -> None:
    staff.post("/kits/paste", data={"text": BOOKED})
    before = booked(stored)
    rows = ["\t".join(["Kit", *told]), "\t".join(["Banner kit", *told.values()])]
    answer = staff.post("/kits/paste", data={"text": "\n".join(rows)})
    assert (answer.status_code, sentence in text_of(answer)) == (422, True), text_of(answer)
    assert booked(stored) == before


BOTH = "Kit\tEvent\tReason\nSpare kit\tSIGGRAPH\t\nSpare kit\tOpen Source Days\t{}\n"


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Kit\tEvent\nBanner kit\tOpen Source Days\n", True),
        ("Kit\tEvent\nBanner kit\tSIGGRAPH\n", False),
        ("Kit\tEvent\nSpare kit\tOpen Source Days\n", False),
        (BOTH.format(""), True),
        (BOTH.format("one hall"), False),
    ],
)
def test_two_events_on_one_day_are_named_before_anything_is_kept(
    staff: FlaskClient, owned: Owned, text: str, is_named: bool
) -> None:
    staff.post("/kits/paste", data={"text": BOOKED})
    shown = text_of(staff.post("/kits/paste/preview", data={"text": text}))
    assert ("Say how that can be, or book another kit." in shown) == is_named
    assert ("Keep all, mended" in shown) == is_named


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
        ("swag", "Event\tWhat\nNowhere\tPens\n", "No event of yours is called"),
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


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ("2 × banner", [("banner", 2)]),
        ("400 stickers", [("stickers", 400)]),
        ("banner, 2 m wide", [("banner, 2 m wide", 1)]),
        ("2 × banner\t3", [("2 × banner", 3)]),
        ("1 × banner, 2 × cloth", []),
        ("1 × banner; cloth", []),
        ("0 × banner", []),
    ],
)
def test_a_thing_may_carry_its_number_and_stands_alone_in_its_row(
    staff: FlaskClient, owned: Owned, stored: Stored, cells: str, kept: list[tuple[str, int]]
) -> None:
    text = f"Kit\tWhat\tHow many\nSmall kit\t{cells}\n"
    page = staff.post("/kits/paste", data={"text": text})
    assert [one[2:] for one in things(stored)] == kept
    assert page.status_code == (303 if kept else 422) or "Needs another look." in page.text
