"""What a proposal can be, and the one place that sets it; only Undo puts a whole row back.

They say yes (accepted), the speaker hears of it (informed), and says yes (confirmed): accepted
is not confirmed.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models import Proposal, ProposalStep
from models.talks import PROPOSAL_STATES, UNSENT
from outreach.calendars.clock import say_either
from outreach.language import N_
from outreach.language import gettext as _
from outreach.refusal import Refused

NEXT: dict[str, tuple[str, ...]] = {
    "idea": ("drafting", "submitted"),
    "drafting": ("submitted", "idea"),
    "submitted": ("accepted", "waitlisted", "rejected", "withdrawn", "cancelled"),
    "waitlisted": ("accepted", "rejected", "withdrawn", "cancelled"),
    "accepted": ("confirmed", "informed", "withdrawn", "cancelled"),
    "informed": ("confirmed", "withdrawn", "cancelled"),
    "confirmed": ("scheduled", "given", "withdrawn", "cancelled"),
    "scheduled": ("given", "confirmed", "withdrawn", "cancelled"),
    "given": ("published",),
    "published": (),
    "rejected": ("waitlisted", "accepted"),
    "withdrawn": (),
    "cancelled": (),
}
"""Where a proposal can go from each state, the likeliest first; anything else is for Undo.

What was never sent cannot be withdrawn: it is removed.
"""
WORDS = {
    "idea": N_("idea"),
    "drafting": N_("drafting"),
    "submitted": N_("submitted"),
    "waitlisted": N_("waitlisted"),
    "accepted": N_("accepted, not confirmed"),
    "informed": N_("accepted and told, not confirmed"),
    "confirmed": N_("confirmed"),
    "scheduled": N_("scheduled"),
    "given": N_("given"),
    "published": N_("published"),
    "rejected": N_("rejected"),
    "withdrawn": N_("withdrawn"),
    "cancelled": N_("cancelled"),
}


LEVEL_SAID = {
    "beginner": N_("beginner"),
    "intermediate": N_("intermediate"),
    "advanced": N_("advanced"),
}
"""For whom a text is."""


@dataclass(frozen=True, slots=True)
class StateTold:
    """When a state came about, why, and who told us."""

    dated: date | None = None
    reason: str = ""
    told_by: str = ""


def say_state(state: str) -> str:
    """Say a state: "accepted, not confirmed"."""
    return str(WORDS[state])


def begin(session: Session, proposal: Proposal, state: str, told: StateTold) -> None:
    """Let a new proposal begin: as an idea, a draft, or sent at once."""
    if state not in (*UNSENT, "submitted"):
        raise Refused(_("A proposal begins as an idea, a draft or sent."), "state")
    session.add(proposal)
    _set(session, proposal, state, told)


def set_state(session: Session, proposal: Proposal, state: str, told: StateTold) -> None:
    """Let a proposal come to another state; refused where nothing leads there."""
    if state not in PROPOSAL_STATES or state not in NEXT[proposal.state]:
        raise Refused(_say_refusal(proposal.state, state))
    _set(session, proposal, state, told)


def _set(session: Session, proposal: Proposal, state: str, told: StateTold) -> None:
    proposal.state, proposal.state_on = state, told.dated
    if state == "submitted":
        proposal.sent_on = told.dated
    session.flush()
    kept = {"dated": told.dated, "reason": told.reason, "told_by": told.told_by}
    session.add(ProposalStep(proposal_id=proposal.id, state=state, **kept))
    session.flush()


def _say_refusal(state: str, wanted: str) -> str:
    now, then = say_state(state), NEXT[state]
    if wanted == state:
        return _("It is %(state)s already.", state=now)
    if not then:
        return _("It is %(state)s, and that is the end of it.", state=now)
    following = say_either(map(say_state, then))
    return _("It is %(state)s: it can become %(next)s.", state=now, next=following)
