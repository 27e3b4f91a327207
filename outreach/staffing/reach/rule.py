"""How somebody hears of what is done: by mail, by a call, or not at all; pure, from plain facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from outreach.calendars.clock import say_list
from outreach.language import N_, SaidLater, ngettext
from outreach.language import gettext as _

MAILED, UNCONFIRMED, NO_REMINDERS = "mailed", "unconfirmed", "no_reminders"
CALL, BOUNCED, UNREACHED = "call", "bounced", "unreached"
BY_MAIL = frozenset({MAILED, UNCONFIRMED, NO_REMINDERS})
"""Who gets a letter about a change of what they promised."""
WORDS = {
    MAILED: N_("mailed"),
    UNCONFIRMED: N_("mailed, not confirmed"),
    NO_REMINDERS: N_("no reminders"),
    CALL: N_("call"),
    BOUNCED: N_("mail bounced"),
    UNREACHED: N_("not reached"),
}
"""Every state with the word that stands beside a name."""


OTHERS = {
    CALL: N_("%(count)s to call: %(names)s"),
    BOUNCED: N_("mail bounces for %(count)s: %(names)s"),
    UNREACHED: N_("%(count)s not reached: %(names)s"),
}
"""What is said of those whom no mail tells."""


@dataclass(frozen=True, slots=True)
class ReachFacts:
    """What is known of how somebody can be reached."""

    email: str | None = None
    phone: str | None = None
    is_proven: bool = True
    """Whether they showed that they read the mail of their address."""
    wants_reminders: bool = True
    bounces: int = 0
    """How often in a row the address was refused."""
    last_outcome: str | None = None
    """What came of the newest letter to them that was tried: "sent" or "bounced"."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody by their name, and how they hear of it."""

    id: int
    name: str
    state: str


def reach_of(facts: ReachFacts, sends: bool) -> str:
    """Return how somebody is reached, a key of WORDS; `sends` tells whether mail leaves at all."""
    if not facts.email or not sends:
        return CALL if facts.phone else UNREACHED
    if facts.bounces or facts.last_outcome == "bounced":
        return BOUNCED
    if not facts.wants_reminders:
        return NO_REMINDERS
    return MAILED if facts.is_proven else UNCONFIRMED


def reach_all(
    names: Mapping[int, str], facts: Mapping[int, ReachFacts], sends: bool
) -> list[Reached]:
    """Return how each of these people is reached, in their order."""
    return [
        Reached(number, name, reach_of(facts.get(number, ReachFacts()), sends))
        for number, name in names.items()
    ]


def tells_any(people: Iterable[Reached]) -> bool:
    """Tell whether anybody hears of it without being called or met."""
    return any(one.state in BY_MAIL for one in people)


def say_reached(people: Iterable[Reached]) -> str:
    """Say whom mail tells and who else is to be told: "6 are mailed, 2 to call: Ada and Bob."."""
    told = list(people)
    mailed = sum(one.state in BY_MAIL for one in told)
    others = [
        _say_others(sentence, [one.name for one in told if one.state == state])
        for state, sentence in OTHERS.items()
    ]
    said = [
        ngettext("%(num)s is mailed", "%(num)s are mailed", mailed) if mailed else "",
        "; ".join(filter(None, others)),
    ]
    if all(said):
        return _("%(first)s, %(rest)s.", first=said[0], rest=said[1])
    return _("%(outcome)s.", outcome="".join(said)) if any(said) else ""


def _say_others(sentence: SaidLater, names: Sequence[str]) -> str:
    return str(sentence % {"count": len(names), "names": say_list(names)}) if names else ""
