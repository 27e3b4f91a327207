"""What is left of requests once their traveller is erased: sums, and nothing that tells of them."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from models import MoneyRequest, Person
from outreach.accounts.rows import Key
from outreach.planning.money import states
from outreach.planning.money.loading import load_requests


def forget_traveller(session: Session, person: Person, today: date) -> list[Key]:
    """Withdraw what somebody still asks for, drop their words and links; return what was theirs."""
    theirs = load_requests(session, MoneyRequest.person_id == person.id)
    for request in theirs:
        if request.state in states.OPEN:
            states.move(request, "withdrawn", today)
        request.note = request.reason = ""
        request.approval_link = None
        for line in request.lines:
            line.receipt_link = None
    session.flush()
    return [key for request in theirs for key in _keys_of(request)]


def _keys_of(request: MoneyRequest) -> Iterator[Key]:
    yield "money_request", (request.id,)
    yield from (("money_line", (line.id,)) for line in request.lines)
    yield from (("money_rate", (row.id,)) for row in request.rates)
