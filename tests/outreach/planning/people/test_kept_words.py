"""The page of what is kept has a word for every table, column and code that it may come upon."""

import re

from sqlalchemy import CheckConstraint, Table
from sqlalchemy.orm import Session

from outreach.accounts.rows import table_of
from outreach.planning.codes import CODES
from outreach.planning.people.export import NAMED, SECRET, _mentions, is_said
from outreach.planning.people.kept_words import CODED, COLUMNS, TABLES, UNSAID
from tests.outreach.staffing.crew import Crew


def kept(session: Session) -> dict[str, Table]:
    person = Crew(session).lead
    return {"person": table_of("person")} | {t.name: t for t, _ in _mentions(session, person)}


def test_every_table_has_a_heading(session: Session) -> None:
    assert kept(session).keys() == TABLES.keys()


def test_every_column_has_a_word_or_stays_unsaid(session: Session) -> None:
    columns = {column.name for table in kept(session).values() for column in table.c} - SECRET
    assert {name for name in columns if is_said(name) or name in NAMED} == COLUMNS.keys()
    assert columns >= UNSAID


def test_every_code_has_a_word(session: Session) -> None:
    checks = (
        str(one.sqltext)
        for table in kept(session).values()
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    )
    codes = {
        code
        for check in checks
        if (found := re.fullmatch(r"(\w+) IN \((.*)\)", check)) and found[1] in CODED
        for code in re.findall(r"'(\w+)'", found[2])
    }
    assert codes <= CODES.keys()
    assert len(codes) > 30
