"""What a foundation sets for all its booths: when somebody has experience, and who is thanked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack, put_back
from outreach.locking import wait_for_others

CHANGED_HOUSE_RULES = "changed rules of all booths"
EXPERIENCE_MINUTES = (1, 6000)
"""The least and the most that may be asked for."""


@dataclass(frozen=True, slots=True)
class HouseRules:
    """The rules; the defaults are what stands where nothing was set."""

    experience_minutes: int = 240
    """Who stood so long at booths of ours is no first-timer any more."""
    mails_thanks: bool = False
    """Whether who stood there gets a letter of thanks the day after their last shift."""

    def is_enough(self, stood: timedelta) -> bool:
        """Tell whether who stood so long has experience."""
        return stood >= timedelta(minutes=self.experience_minutes)


def house_rules_of(foundation: Foundation) -> HouseRules:
    """Return the rules that a foundation set, the defaults for the others."""
    stored = foundation.booth_rules
    kept = {one.name: stored[one.name] for one in fields(HouseRules) if one.name in stored}
    return HouseRules(**{name: value for name, value in kept.items() if _can_be(name, value)})


def set_house_rules(
    session: Session, foundation: Foundation, given: Mapping[str, Any], by: Person, real: datetime
) -> history.Entry | None:
    """Let these rules stand; of whoever stood somewhere it is counted anew whether it is enough."""
    wait_for_others(session, foundation.id)
    standard, wanted = asdict(HouseRules()), asdict(HouseRules(**given))
    with history.act(
        session, real, by, foundation, CHANGED_HOUSE_RULES, foundation, if_changed=True
    ) as act:
        foundation.booth_rules = {
            name: value for name, value in wanted.items() if value != standard[name]
        }
        session.flush()
    judge_again(session, foundation)
    return act.changed


def judge_again(session: Session, foundation: Foundation) -> None:
    """Compare what everybody stood with the rule that stands now."""
    enough = Person.minutes_stood >= house_rules_of(foundation).experience_minutes
    theirs = update(Person).where(Person.foundation_id == foundation.id)
    changed = theirs.where(Person.has_stood_enough != enough)
    session.execute(changed.values(has_stood_enough=enough))


def _put_back(taking: TakingBack) -> None:
    """Put the rules back, and judge by them again."""
    put_back(taking)
    taking.session.refresh(taking.foundation)
    judge_again(taking.session, taking.foundation)


history.teach(history.Way(_put_back), "foundation", CHANGED_HOUSE_RULES)


def _can_be(name: str, value: object) -> bool:
    if name == "mails_thanks":
        return isinstance(value, bool)
    least, most = EXPERIENCE_MINUTES
    return type(value) is int and least <= value <= most
