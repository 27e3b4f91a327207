"""A foundation's own numbers about money: days, per-diem, caps, and who earns their journey."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts import history
from outreach.amounts.money import MOST_MINOR, Money
from outreach.locking import wait_for_others

CHANGED_RULES = "changed money rules"
BOUNDS: dict[str, tuple[int, int]] = {
    "ask_days": (0, 365),
    "claim_days": (0, 730),
    "advance_days": (0, 365),
    **dict.fromkeys(("per_diem", "request_cap", "trip_cap", "season_cap"), (0, MOST_MINOR)),
}
"""The least and the most that a number may be."""


@dataclass(frozen=True, slots=True)
class MoneyRules:
    """The rules; amounts are in the smallest unit of the foundation's currency, None: not set."""

    ask_days: int = 14
    """So many days before the first event money is asked for."""
    claim_days: int = 60
    """So many days after the last one what was spent is handed in."""
    advance_days: int = 7
    """So many days after the last one what is left of an advance goes back."""
    per_diem: int | None = None
    half_event: bool = False
    """Whether only who stands at the booth for half of its open time is paid."""
    request_cap: int | None = None
    trip_cap: int | None = None
    season_cap: int | None = None


def rules_of(foundation: Foundation) -> MoneyRules:
    """Return the rules that a foundation set, the defaults for the others."""
    stored = foundation.money_rules
    kept = {one.name: stored[one.name] for one in fields(MoneyRules) if one.name in stored}
    return MoneyRules(**{name: value for name, value in kept.items() if _can_be(name, value)})


def _can_be(name: str, value: object) -> bool:
    if name == "half_event":
        return isinstance(value, bool)
    least, most = BOUNDS[name]
    return type(value) is int and least <= value <= most


def money_rule(foundation: Foundation, name: str) -> Money | None:
    """Return a rule that is an amount; None where it is not set."""
    minor = getattr(rules_of(foundation), name)
    return None if minor is None else Money(minor, foundation.currency)


def event_cap(foundation: Foundation) -> Money | None:
    """Return the most that one event may cost: the one that the match goes by."""
    whole = foundation.event_cap
    return None if whole is None else Money.of_whole(whole, foundation.currency)


def set_rules(
    session: Session,
    foundation: Foundation,
    given: Mapping[str, Any],
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Let these rules stand; only what differs from the defaults is kept."""
    wait_for_others(session, foundation.id)
    standard, wanted = asdict(MoneyRules()), asdict(MoneyRules(**given))
    with history.act(
        session, real, by, foundation, CHANGED_RULES, foundation, if_changed=True
    ) as act:
        foundation.money_rules = {
            name: value for name, value in wanted.items() if value != standard[name]
        }
    return act.changed
