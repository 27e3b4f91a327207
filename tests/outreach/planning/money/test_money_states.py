"""What a request for money is: every pair of states, and the way back from each."""

from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, MoneyLine, MoneyRequest
from models.money import MONEY_STATES
from outreach.accounts import history
from outreach.planning.money import states
from outreach.planning.money.loading import open_request
from outreach.refusal import Refused
from tests.cast import NOW, REAL, TODAY
from tests.outreach.planning.money.desk import Desk

LEADS = {
    ("wanted", "approved"), ("wanted", "withdrawn"),
    ("approved", "accepted"), ("approved", "withdrawn"),
    ("accepted", "spent"), ("accepted", "withdrawn"),
    ("spent", "settled"), ("spent", "withdrawn"),
    ("withdrawn", "wanted"),
}  # fmt: skip


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


@pytest.mark.parametrize(("before", "to"), list(product(MONEY_STATES, MONEY_STATES)))
def test_every_pair(before: str, to: str) -> None:
    request = MoneyRequest(state=before)
    if (before, to) in LEADS:
        states.move(request, to, TODAY)
        assert request.state == to
        assert to == "wanted" or getattr(request, f"{to}_on") == TODAY
    else:
        with pytest.raises(Refused, match="cannot be done now"):
            states.move(request, to, TODAY)
        assert request.state == before


@pytest.mark.parametrize(("before", "to"), sorted(LEADS))
def test_each_step_goes_back(desk: Desk, session: Session, before: str, to: str) -> None:
    request = desk.to(before)
    stood = {name: getattr(request, name) for name in MoneyRequest.__table__.c.keys()}  # noqa: SIM118
    lines = [_columns(line) for line in request.lines]
    desk.step(request, to)
    assert request.state == to
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    history.undo(session, entry, desk.ada, NOW, REAL)
    session.expire_all()
    request = open_request(session, request)
    same = {name for name in stood if name not in ("version", "changed_at")}
    assert {name: getattr(request, name) for name in same} == {name: stood[name] for name in same}
    assert [_columns(line) for line in request.lines] == lines


def _columns(line: MoneyLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in MoneyLine.__table__.c.keys()}  # noqa: SIM118


def test_asked_for_again_nothing_of_a_yes_is_left(desk: Desk) -> None:
    request = desk.to("spent")
    desk.step(request, "withdrawn")
    desk.step(request, "wanted")
    assert (request.approved_on, request.approved_by_id, request.spent_on) == (None, None, None)
    (line,) = request.lines
    assert (line.estimated, line.approved, line.spent, line.has_receipt) == (61000,) + (None,) * 3


def test_every_state_has_its_word_and_its_way() -> None:
    assert states.WORDS.keys() == states.MOVES.keys() == set(MONEY_STATES)
    assert set(states.OPEN) == set(MONEY_STATES) - {"settled", "withdrawn"}
