"""Who asks for money and who says yes, for tests of it."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import MoneyRequest, Person
from outreach.amounts.money import Money
from outreach.planning.money import requests
from outreach.planning.money.loading import open_request
from outreach.planning.money.requests import Asked, AskedLine, Doing, SpentLine
from tests import cast, sign_ins
from tests.cast import REAL, TODAY


def usd(units: float) -> Money:
    return Money(round(units * 100), "USD")


def eur(units: float) -> Money:
    return Money(round(units * 100), "EUR")


class Desk:
    """A foundation that goes to Denver, somebody of staff and Kim, who travels."""

    def __init__(self, session: Session, slug: str = "ours", **columns: Any) -> None:
        self.session = session
        self.ours = cast.add_clocked(session, slug, **columns)
        self.ada = sign_ins.add_person(session, "Ada Staff", foundation=self.ours)
        self.kim = sign_ins.add_person(session, "Kim Guest", "volunteer", self.ours)
        self.osd = cast.add_event(session, self.ours, "Open Source Days", booth_cost=600)
        self.event = cast.add_event(session, self.ours, ends=date(2024, 8, 1))
        for event in (self.osd, self.event):
            cast.add_decision(session, event)
            cast.name_person(session, event, self.kim)

    def set(self, **rules: Any) -> None:
        """Set rules of the foundation, amounts in cents."""
        self.ours.money_rules = rules

    def doing(self, by: Person | None = None, later: int = 0) -> Doing:
        today = TODAY + timedelta(days=later)
        return Doing(self.session, self.ours, by or self.ada, today, REAL)

    def ask(self, *lines: AskedLine, person: Person | None = None, **asked: Any) -> MoneyRequest:
        """Ask for the trip; for a flight unless told otherwise."""
        lines = lines or (AskedLine("Flight", estimated=usd(610)),)
        kim = person or self.kim
        made = requests.ask(self.doing(kim), kim, self.event, Asked(lines, **asked))
        return open_request(self.session, made)

    def to(self, state: str, *lines: AskedLine, **asked: Any) -> MoneyRequest:
        """Return a request in a state; what was asked for is approved, spent and paid."""
        request = self.ask(*lines, **asked)
        if state == "withdrawn":
            requests.withdraw(self.doing(self.kim), request, request.version)
        for step in ("approved", "accepted", "spent", "settled"):
            if state in ("wanted", "withdrawn") or request.state == state:
                break
            self.step(request, step)
        return request

    def step(self, request: MoneyRequest, step: str) -> None:
        """Take one step with what was asked for."""
        amounts = [Money(line.estimated or 0, line.estimated_in or "USD") for line in request.lines]
        now = (request, request.version)
        match step:
            case "wanted":
                requests.ask_again(self.doing(self.kim), *now)
            case "approved":
                requests.approve(self.doing(), *now, amounts)
            case "accepted":
                requests.accept(self.doing(self.kim), *now)
            case "spent":
                told = [SpentLine(one, True) for one in amounts]
                requests.spend(self.doing(self.kim), *now, told, hand_in=True)
            case "settled":
                requests.settle(self.doing(), *now, amounts)
            case "withdrawn":
                requests.withdraw(self.doing(self.kim), *now)
        self.session.flush()
