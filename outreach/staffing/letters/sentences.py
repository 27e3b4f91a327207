"""What a letter about one's own places says: a whole sentence for each kind of news and number."""

from collections.abc import Callable, Collection, Mapping

from outreach.calendars.clock import say_count
from outreach.language import gettext as _

Sentence = Callable[[int], str]
COMING = frozenset(
    [
        *("swap_done", "restored", "on_again", "put_back", "confirmed", "placed"),
        *("changed", "elsewhere", "reminder"),
    ]
)
"""Kinds of news of shifts that the reader has."""

SENTENCES: Mapping[str, Sentence] = {
    "swap_done": lambda n: say_count(
        "You have swapped shifts with $name. This shift is yours now:",
        "You have swapped shifts with $name. These %(number)s shifts are yours now:", n),
    "restored": lambda n: say_count(
        "This shift takes place after all, and you are on it:",
        "These %(number)s shifts take place after all, and you are on them:", n),
    "on_again": lambda n: say_count(
        "We go to $event after all, and you have this shift:",
        "We go to $event after all, and you have these %(number)s shifts:", n),
    "put_back": lambda n: say_count(
        "You are on this shift again:", "You are on these %(number)s shifts again:", n),
    "confirmed": lambda n: say_count(
        "You have this shift:", "You have these %(number)s shifts:", n),
    "placed": lambda n: say_count(
        "$name put you on this shift:", "$name put you on these %(number)s shifts:", n),
    "changed": lambda n: say_count(
        "Your shift has a new time:", "%(Number)s of your shifts have new times:", n),
    "elsewhere": lambda n: say_count(
        "Your shift is at another place now:",
        "%(Number)s of your shifts are at another place now:", n),
    "swapped_away": lambda n: say_count(
        "You gave this shift for it, so you need not come then:",
        "You gave these %(number)s shifts for it, so you need not come then:", n),
    "taken_over": lambda n: say_count(
        "$name has taken over this shift, so you need not come:",
        "$name has taken over these %(number)s shifts, so you need not come:", n),
    "left": lambda n: say_count(
        "You gave up this shift. Thank you for telling us.",
        "You gave up these %(number)s shifts. Thank you for telling us.", n),
    "removed": lambda n: say_count(
        "You are off this shift, so you need not come:",
        "You are off these %(number)s shifts, so you need not come:", n),
    "lapsed": lambda n: say_count(
        "Nobody has confirmed this address for three days, so this shift is free for others again:",
        "Nobody has confirmed this address for three days, so these %(number)s shifts are free for"
        " others again:", n),
    "cancelled": lambda n: say_count(
        "This shift does not take place, so you need not come:",
        "These %(number)s shifts do not take place, so you need not come:", n),
    "called_off": lambda n: say_count(
        "We do not go to $event, so you need not come to this shift:",
        "We do not go to $event, so you need not come to these %(number)s shifts:", n),
    "passed": lambda n: say_count(
        "The place that was kept for you went to the next person, and you do not wait for this"
        " shift any more:",
        "The places that were kept for you went to the next person, and you do not wait for these"
        " %(number)s shifts any more:", n),
    "waiting": lambda n: say_count(
        "This shift is full, and you are on its waiting list:",
        "These %(number)s shifts are full, and you are on their waiting lists:", n),
    "offered": lambda n: say_count(
        "A place has come free for you:", "%(Number)s places have come free for you:", n),
    "reminder": lambda n: say_count(
        "Your shift begins $soon_time:",
        "You have %(number)s shifts, and the first begins $soon_time:", n),
}  # fmt: skip
"""What stands above the shifts of a letter, by kind of news and how many they are."""
NAMELESS: Mapping[str, Sentence] = {
    "swap_done": lambda n: say_count(
        "After the swap this shift is yours:",
        "After the swap these %(number)s shifts are yours:", n),
    "placed": lambda n: say_count(
        "You were put on this shift:", "You were put on these %(number)s shifts:", n),
    "taken_over": lambda n: say_count(
        "Somebody has taken over this shift, so you need not come:",
        "Somebody has taken over these %(number)s shifts, so you need not come:", n),
}  # fmt: skip
"""The same where nobody knows any more who it was."""

TITLES: Mapping[str, Sentence] = {
    "swap_done": lambda n: say_count(
        "$start_time: your shift at $event after the swap",
        "$start_time: your %(number)s shifts at $event after the swap", n),
    "restored": lambda n: say_count(
        "$start_time: your shift at $event takes place after all",
        "$start_time: your %(number)s shifts at $event take place after all", n),
    "on_again": lambda n: say_count(
        "$start_time: we go to $event after all, with you",
        "$start_time: we go to $event after all, with you on %(number)s shifts", n),
    "put_back": lambda n: say_count(
        "$start_time: you are on your shift at $event again",
        "$start_time: you are on your %(number)s shifts at $event again", n),
    "confirmed": lambda n: say_count(
        "$start_time: you are at the booth of $event",
        "$start_time: you have %(number)s shifts at $event", n),
    "placed": lambda n: say_count(
        "$start_time: you are put on the booth of $event",
        "$start_time: you are put on %(number)s shifts at $event", n),
    "changed": lambda n: say_count(
        "$start_time: the new time of your shift at $event",
        "$start_time: the new times of your %(number)s shifts at $event", n),
    "elsewhere": lambda n: say_count(
        "$start_time: the new place of your shift at $event",
        "$start_time: the new place of your %(number)s shifts at $event", n),
    "swapped_away": lambda n: say_count(
        "$start_time: the shift at $event that you swapped away",
        "$start_time: the %(number)s shifts at $event that you swapped away", n),
    "taken_over": lambda n: say_count(
        "$start_time: your shift at $event is taken over",
        "$start_time: your %(number)s shifts at $event are taken over", n),
    "left": lambda n: say_count(
        "$start_time: you gave up your shift at $event",
        "$start_time: you gave up %(number)s shifts at $event", n),
    "removed": lambda n: say_count(
        "$start_time: you are off the booth of $event",
        "$start_time: you are off %(number)s shifts at $event", n),
    "lapsed": lambda n: say_count(
        "$start_time: your place at $event is free again",
        "$start_time: your %(number)s places at $event are free again", n),
    "cancelled": lambda n: say_count(
        "$start_time: your shift at $event is cancelled",
        "$start_time: your %(number)s shifts at $event are cancelled", n),
    "called_off": lambda n: say_count(
        "We do not go to $event: your shift is cancelled",
        "We do not go to $event: your %(number)s shifts are cancelled", n),
    "passed": lambda n: say_count(
        "$start_time: the place at $event is passed on",
        "$start_time: the %(number)s places at $event are passed on", n),
    "waiting": lambda n: say_count(
        "$start_time: you wait for a place at $event",
        "$start_time: you wait for places on %(number)s shifts at $event", n),
    "offered": lambda n: say_count(
        "$start_time: a place at $event is free for you",
        "$start_time: %(number)s places at $event are free for you", n),
    "reminder": lambda n: say_count(
        "$start_time: your shift at $event",
        "$start_time: your %(number)s shifts at $event", n),
}  # fmt: skip
"""The subject of a letter with news of one kind."""


def say_several_kinds() -> str:
    """Say the subject of a letter with news of several kinds."""
    return _("$start_time: what is new about your shifts at $event")


def say_what_link_is_for(kinds: Collection[str], is_proven: bool) -> str:
    """Say what the page behind a letter's link is for, by what is most pressing."""
    if not is_proven and set(kinds) & COMING:
        return _(
            "Please open this page and say that you come; then we know that you read mail at this"
            " address:"
        )
    if not is_proven and set(kinds) & {"waiting", "offered"}:
        return _(
            "Please open this page and say that it is you; then we know that you read mail at this"
            " address:"
        )
    for kind, words in (
        ("offered", _("Say yes or no here:")),
        ("placed", _("Please tell us on this page that you come, or that you cannot:")),
        ("reminder", _("If you cannot come, please say so here at once:")),
        ("changed", _("If you cannot come then, please say so here, so that we can find somebody "
                      "else:")),
        ("lapsed", _("If you still want to come, take the shift again here:")),
    ):  # fmt: skip
        if kind in kinds:
            return words
    if set(kinds) <= {"waiting"}:
        return _("You can leave the waiting list here:")
    if set(kinds) & {*COMING, "waiting"}:
        return _("Your shifts, and how to give one up:")
    return _("Your other shifts, and what else can be taken:")
