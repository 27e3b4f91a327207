"""Loads the example's one trip with money, plainly invented."""

from datetime import date
from typing import Any

from models import MoneyLine, MoneyRequest, MoneyStop
from models.money import STEPS
from outreach.amounts.reading import read_amount
from outreach.costs.sums import put_amount
from outreach.example.facts import day, read
from outreach.example.loading import Loading
from outreach.planning.money.states import begin


def add_money(loading: Loading) -> None:
    """Add the requests with their lines."""
    for facts in read("money"):
        request = _request(loading, facts)
        begin(request, facts["state"])
        loading.session.add(request)
        loading.session.flush()
        for event in facts["events"]:
            stop = MoneyStop(
                request_id=request.id,
                event_id=loading.event(event).id,
                person_id=request.person_id,
            )
            loading.session.add(stop)
        for line in facts["lines"]:
            loading.session.add(_line(request, line))
        loading.session.flush()


def _request(loading: Loading, facts: dict[str, Any]) -> MoneyRequest:
    approver = loading.people.get(facts.get("approvedBy") or "")
    return MoneyRequest(
        foundation_id=loading.foundation.id,
        person_id=loading.people[facts["person"]].id,
        currency=loading.foundation.currency,
        asked_on=date.fromisoformat(facts["asked"]),
        approved_on=day(facts.get("approved")),
        approved_by_id=approver.id if approver else None,
        accepted_on=day(facts.get("accepted")),
        leaves_on=day(facts["leaves"]),
        returns_on=day(facts["returns"]),
        note=facts["note"],
        changed_at=loading.clock,
    )


def _line(request: MoneyRequest, facts: dict[str, Any]) -> MoneyLine:
    line = MoneyLine(
        request_id=request.id,
        what=facts["what"],
        payer=facts["payer"],
        has_receipt=facts.get("receipt"),
    )
    for step in STEPS:
        put_amount(line, step, read_amount(facts[step]) if step in facts else None)
    return line
