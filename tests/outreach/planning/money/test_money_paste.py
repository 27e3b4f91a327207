"""A pasted money table: real rows are read, what does not add up is not, all goes back at once."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import MoneyLine, MoneyRate, MoneyRequest, MoneyStop, Person
from outreach.accounts import history
from outreach.amounts.money import Money, total
from outreach.catalog.reading.table import Settled, split_table
from outreach.costs.sums import amount_of
from outreach.planning.money.paste_in import add_pasted, open_ledger
from outreach.planning.money.pasted_columns import ROLE_WORDS
from outreach.planning.money.pasting import KnownEvent, Ledger, MoneyPaste, read_paste
from tests import cast
from tests.cast import NOW, REAL, TODAY
from tests.outreach.planning.money.desk import Desk, usd

EVENTS = [
    KnownEvent(1, "SIGGRAPH", date(2024, 7, 28), date(2024, 8, 1)),
    KnownEvent(2, "SCaLE", date(2023, 3, 9), date(2023, 3, 12)),
    KnownEvent(3, "SCaLE", date(2024, 3, 14), date(2024, 3, 17)),
]
HEADS = "Name\tEvent\tDates\tAmount requested\tSpent\tPaid\tPaid on\n"


def paste(text: str, **ledger: object) -> MoneyPaste:
    given = {"currency": "USD", "own": "USD", "today": TODAY, "events": EVENTS} | ledger
    return read_paste(text, Ledger(**given), Settled())  # type: ignore[arg-type]


def errors(read: MoneyPaste) -> list[str]:
    return [cell.error for line in read.lines for cell in line.cells if cell.error]


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ("Kim\tSIGGRAPH\t\t252.68 €\t\t\t", "wanted"),
        ("Kim\tSIGGRAPH\t\tUS $1404.12\t$1,404.12\t\t", "spent"),
        ("Kim\tSIGGRAPH\t\t1600 USD\tWithdrawn\tN/A\tN/A", "withdrawn"),
        ("Kim\tSIGGRAPH\t\t650\t650\t$650\t12 Jul 2024", "settled"),
        ("Kim\tsiggraph\t\t\t650\t600\t2024-07-12", "settled"),
        ("Kim\tSCaLE\t14 - 17 Mar 2024\t1 234,50 EUR\t\t\t", "wanted"),
        ("Kim\tSCaLE 2023\t\t5 EUR\t\t\t", "wanted"),
    ],
)
def test_rows_that_are_taken(row: str, state: str) -> None:
    (line,) = paste(HEADS + row).lines
    assert line.outcome == "new" and line.row is not None
    assert line.row.state == state


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("\tSIGGRAPH\t\t5\t\t\t", "Say who asked."),
        ("Kim\t\t\t5\t\t\t", "Say for which event."),
        ("Kim\tFOSDEM\t\t5\t\t\t", "No event called “FOSDEM” is on your list"),
        ("Kim\tSCaLE\t\t5\t\t\t", "Several events are called “SCaLE”"),
        ("Kim\tSIGGRAPH\t\tabout 5\t\t\t", "no currency that is known"),
        ("Kim\tSIGGRAPH\t\t5\t27 Jun 2024\t\t", "is no"),
        ("Kim\tSIGGRAPH\t\t300\t286.45\t$300\t", "300 USD is more than the 286.45 USD"),
        ("Kim\tSIGGRAPH\t\t300\t€320.57\t$365\t", "two currencies"),
        ("Kim\tSIGGRAPH\t\t300\t\t$300\t", "has no amount to go by"),
        ("Kim\tSIGGRAPH\t\t300\t300\t300\tsoon", "no date"),
    ],
)
def test_rows_that_need_another_look(row: str, sentence: str) -> None:
    read = paste(HEADS + row)
    assert [line.outcome for line in read.lines] == ["bad"]
    (found,) = errors(read)
    assert sentence in found
    assert read.headline == "1 row of 1 needs another look."


def test_what_a_bare_sign_means_is_the_batchs() -> None:
    rows = HEADS + "Kim\tSIGGRAPH\t\t$5\t7\t\t"
    (line,) = paste(rows, currency="CAD").lines
    assert line.row is not None
    assert line.row.amounts["estimated"] == Money(500, "CAD")
    assert line.row.amounts["spent"] == Money(700, "CAD")
    assert "may be USD or another" in errors(paste(rows, currency="EUR"))[0]


def test_columns_without_heads_are_guessed() -> None:
    read = paste("Kim Sample\tSIGGRAPH\t250 USD\t240 USD\nAda\tSIGGRAPH\t1 USD\t1 USD\n")
    assert read.roles == ("name", "event", "estimated", "spent")
    assert [line.outcome for line in read.lines] == ["new", "new"]
    assert set(read.roles) <= ROLE_WORDS.keys()


def test_a_table_in_markdown_is_a_table() -> None:
    text = "# Money\n\nWords | no table\n\n| Name | Event |\n|:--|--|\n| Kim | SIGGRAPH |\n"
    assert split_table(text)[-2:] == [["Name", "Event"], ["Kim", "SIGGRAPH"]]
    assert split_table("a | b\n-|-\n1 | 2") == [["a", "b"], ["1", "2"]]
    assert split_table("a,b\n--,--\n") == [["a", "b"], ["--", "--"]]


RATED = "Name\tEvent\tRequested\tApproved\tRates\nKim\tSIGGRAPH\t100 EUR\t105 USD\t{}\n"
SEVERAL = "1 EUR = 1.0842 USD on 2024-07-12; 1 CAD = 0.73 USD on 11 Jul 2024"


@pytest.mark.parametrize(
    ("rates", "sentence"),
    [
        (SEVERAL, ""),
        ("", "are two currencies: give their rate and its day first."),
        ("1 EUR = 1.01 USD on 2024-07-12", "105 USD is more than the 100 EUR"),
        ("1.0842", "Write each rate like 1 EUR = 1.0842 USD on 2024-01-21."),
        ("1 EUR = 0.9 GBP on 2024-07-12", "Write each rate like"),
        ("1 USD = 1 USD on 2024-07-12", "Write each rate like"),
        ("1 EUR = 0 USD on 2024-07-12", "Write the rate as a number"),
        ("1 XQZ = 2 USD on 2024-07-12", "XQZ"),
        ("1 EUR = 1.0842 USD on 31 Feb 2024", "31 Feb 2024"),
        ("1 EUR = 1.0842 USD on 2031-01-01", "a day that has come."),
    ],
)
def test_two_currencies_of_a_row_are_held_against_each_other_by_its_rates(
    rates: str, sentence: str
) -> None:
    read = paste(RATED.format(rates))
    assert [line.outcome for line in read.lines] == ["bad" if sentence else "new"]
    assert [sentence in one for one in errors(read)] == [True] * bool(sentence), errors(read)


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_rates_are_kept_once_for_all_lines_of_a_request(desk: Desk, session: Session) -> None:
    doing = desk.doing()
    text = RATED.format(SEVERAL) + f"Kim\tSIGGRAPH\t20 EUR\t\t{SEVERAL}\n"
    read = read_paste(text, open_ledger(session, desk.ours, "USD", doing), Settled())
    entry = add_pasted(doing, read.ready)
    kept = session.scalars(select(MoneyRate).order_by(MoneyRate.currency)).all()
    assert [(one.currency, one.value, one.dated) for one in kept] == [
        ("CAD", "0.73", date(2024, 7, 11)), ("EUR", "1.0842", date(2024, 7, 12)),
    ]  # fmt: skip
    history.undo(session, entry, desk.ada, NOW, REAL)
    assert session.scalars(select(MoneyRate)).all() == []


def test_it_is_taken_over_in_one_act_that_goes_back(desk: Desk, session: Session) -> None:
    doing = desk.doing()
    text = HEADS + (
        "Kim Guest\tSIGGRAPH\t\t610\t600\t590\t\n"
        "Kim Guest\tOpen Source Days\t\t40\t\t\t\n"
        "New Body\tSIGGRAPH\t\t50 EUR\twithdrawn\t\t\n"
    )
    read = read_paste(text, open_ledger(session, desk.ours, "USD", doing), Settled())
    rows = [line.row for line in read.lines if line.row]
    entry = add_pasted(doing, rows)
    requests = session.scalars(select(MoneyRequest).order_by(MoneyRequest.id)).all()
    assert [(one.state, one.currency) for one in requests] == [
        ("settled", "USD"), ("withdrawn", "USD"),
    ]  # fmt: skip
    stops = session.execute(select(MoneyStop.request_id, MoneyStop.event_id)).all()
    assert {tuple(one) for one in stops} == {
        (requests[0].id, desk.osd.id), (requests[0].id, desk.event.id),
        (requests[1].id, desk.event.id),
    }  # fmt: skip
    lines = session.scalars(select(MoneyLine).where(MoneyLine.request_id == requests[0].id)).all()
    assert [amount_of(line, "estimated") for line in lines] == [usd(610), usd(40)]
    ledger = open_ledger(session, desk.ours, "USD", doing)
    again = read_paste(text, ledger, Settled())
    assert [line.outcome for line in again.lines] == ["same"] * 3
    history.undo(session, entry, desk.ada, NOW, REAL)
    for model in (MoneyRequest, MoneyLine, MoneyStop):
        assert session.scalars(select(model)).all() == []
    assert session.scalar(select(Person).where(Person.name == "New Body")) is None


def test_a_foundations_own_record_of_a_year(
    desk: Desk, session: Session, shared_data: Path
) -> None:
    """36 rows of a travel fund: every amount as written, what does not add up is named."""
    text = (shared_data / "own-data/08-nodejs-travel-fund-2019.md").read_text()
    names = {row[2] for row in split_table(text)[1:]}
    for name in sorted(names):
        cast.add_event(session, desk.ours, name, date(2019, 5, 30), date(2019, 12, 16))
    ledger = open_ledger(session, desk.ours, "USD", desk.doing())
    read = read_paste(text, ledger, Settled())
    assert (len(read.lines), len(read.of("new"))) == (36, 29)
    assert errors(read) == [
        "250 USD is more than the 246 USD that was spent.",
        "1,516.66 USD is more than the 1,515.66 USD that was spent.",
        "300 USD is more than the 286.45 USD that was spent.",
        "“27 Jun 2019” is no amount: write it like 1,234.50 EUR.",
        "1,295 USD is more than the 1,264 USD that was spent.",
        "1,270.40 USD and 1,649.39 CAD are two currencies: give their rate and its day first.",
        "1,204.27 USD is more than the 1,204 USD that was spent.",
    ]
    rows = [line.row for line in read.of("new") if line.row]
    asked = total((one for row in rows if (one := row.amounts["estimated"])), "USD")
    assert asked.say() == "27,745.14 USD, 3,874.39 CAD and 1,402.68 EUR"
    assert Counter(row.state for row in rows) == {
        "settled": 23, "withdrawn": 3, "wanted": 2, "spent": 1,
    }  # fmt: skip
    add_pasted(desk.doing(), rows)
    kept = session.scalars(select(MoneyLine)).all()
    amounts = [one for line in kept if (one := amount_of(line, "estimated"))]
    assert total(amounts, "USD") == asked
