"""Words for the codes that stand in columns: states, roles, kinds."""

from typing import Any

from models.staffing import SHIRTS
from outreach.costs.sums import PAYER_WORDS
from outreach.language import N_
from outreach.planning.calls.closing import KINDS
from outreach.planning.checklists.templates import KINDS as ITEM_KINDS
from outreach.talks.states import LEVEL_SAID, WORDS

CODES: dict[str, Any] = {
    **WORDS,
    **LEVEL_SAID,
    **KINDS,
    **ITEM_KINDS,
    **PAYER_WORDS,
    **{size: size for size in SHIRTS},
    "accepted": N_("accepted"),
    "agreed": N_("agreed"),
    "approved": N_("approved"),
    "asked": N_("asked"),
    "attended": N_("we were there"),
    "booth": N_("booth"),
    "bounced": N_("came back"),
    "cancelled": N_("cancelled"),
    "clearing": N_("being tidied up"),
    "closed": N_("closed"),
    "confirmed": N_("confirmed"),
    "daily": N_("once a day"),
    "done": N_("done"),
    "dropped": N_("dropped"),
    "failed": N_("failed"),
    "go": N_("go"),
    "good_news": N_("good news"),
    "has_ticket": N_("there is one"),
    "incomplete": N_("incomplete"),
    "left": N_("left"),
    "lost": N_("lost"),
    "mail": N_("by mail at once"),
    "needs_repair": N_("needs repair"),
    "needs_ticket": N_("one is needed"),
    "no": N_("no"),
    "no_go": N_("no-go"),
    "no_shirt": N_("none"),
    "none": N_("no mail"),
    "offered": N_("offered"),
    "passed": N_("passed on"),
    "planned": N_("planned"),
    "proposed": N_("proposed"),
    "ready": N_("ready"),
    "refused": N_("refused"),
    "rejected": N_("rejected"),
    "removed": N_("removed"),
    "reproduce": N_("reproduce"),
    "review": N_("review"),
    "running": N_("running"),
    "sent": N_("sent"),
    "set_up": N_("set-up"),
    "settled": N_("settled"),
    "spent": N_("spent"),
    "staff": N_("staff"),
    "taken": N_("taken"),
    "tear_down": N_("tear-down"),
    "tell": N_("tell us"),
    "test": N_("test"),
    "used": N_("used"),
    "void": N_("void"),
    "volunteer": N_("volunteer"),
    "waiting": N_("waiting"),
    "wanted": N_("not approved yet"),
    "withdrawn": N_("withdrawn"),
    "yes": N_("yes"),
}


def say_code(code: str) -> str:
    """Say what a column holds one of a few codes for: "accepted"."""
    return str(CODES[code])
