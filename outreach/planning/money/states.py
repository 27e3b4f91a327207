"""What a request for money is: wanted, approved, accepted, spent, settled, or withdrawn.

Nothing else sets its state; only Undo puts a whole row back.
"""

from datetime import date

from models import MoneyRequest
from outreach.language import N_
from outreach.language import gettext as _
from outreach.refusal import Refused

WORDS = {
    "wanted": N_("not approved yet"),
    "approved": N_("approved, not accepted yet"),
    "accepted": N_("accepted"),
    "spent": N_("spent, not settled yet"),
    "settled": N_("settled"),
    "withdrawn": N_("withdrawn"),
}
"""Each state as people read it: silence is no yes."""
MOVES: dict[str, frozenset[str]] = {
    "wanted": frozenset({"approved", "withdrawn"}),
    "approved": frozenset({"accepted", "withdrawn"}),
    "accepted": frozenset({"spent", "withdrawn"}),
    "spent": frozenset({"settled", "withdrawn"}),
    "settled": frozenset(),
    "withdrawn": frozenset({"wanted"}),
}
"""Where each state leads; back leads only Undo, and who withdrew may ask again."""
OPEN = ("wanted", "approved", "accepted", "spent")
"""The states of whoever still waits for something."""
_DAYS = ("approved_on", "accepted_on", "spent_on", "settled_on", "withdrawn_on")


def move(request: MoneyRequest, to: str, today: date) -> None:
    """Set the state and its day; refused where the state of now does not lead there.

    Asked for again, a request begins anew: nothing of an earlier yes is left.
    """
    refuse_move(request, to)
    request.state = to
    if to == "wanted":
        for day in _DAYS:
            setattr(request, day, None)
        request.asked_on, request.reason = today, ""
        request.approved_by_id = request.approval_link = request.advance = None
    else:
        setattr(request, f"{to}_on", today)


def refuse_move(request: MoneyRequest, to: str) -> None:
    """Refuse what the state of now does not lead to."""
    if to not in MOVES[request.state]:
        raise Refused(
            _("This is %(state)s, so that cannot be done now.", state=str(WORDS[request.state]))
        )


def begin(request: MoneyRequest, state: str) -> None:
    """Set the state of a request of former times, as a list tells it."""
    request.state = state
