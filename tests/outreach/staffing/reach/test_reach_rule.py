"""How somebody is reached follows from plain facts, and is said in one way."""

import pytest

from outreach.staffing.reach.rule import (
    BOUNCED,
    CALL,
    MAILED,
    NO_REMINDERS,
    UNCONFIRMED,
    UNREACHED,
    WORDS,
    Reached,
    ReachFacts,
    reach_all,
    reach_of,
    say_reached,
)

ADDRESS = ReachFacts("ada@example.org")
BOTH = ReachFacts("ada@example.org", "+49 170 1")
PHONE = ReachFacts(phone="+49 170 1")
RULE = {
    "an address": (ADDRESS, MAILED),
    "address and phone": (BOTH, MAILED),
    "not shown to be theirs": (ReachFacts("a@example.org", is_proven=False), UNCONFIRMED),
    "no reminders wanted": (ReachFacts("a@example.org", wants_reminders=False), NO_REMINDERS),
    "no reminders, not shown": (
        ReachFacts("a@example.org", is_proven=False, wants_reminders=False),
        NO_REMINDERS,
    ),
    "refused once": (ReachFacts("a@example.org", bounces=1), BOUNCED),
    "given up": (ReachFacts("a@example.org", last_outcome="bounced"), BOUNCED),
    "went through": (ReachFacts("a@example.org", last_outcome="sent"), MAILED),
    "refused, with a phone": (ReachFacts("a@example.org", "+49 170 1", bounces=2), BOUNCED),
    "a telephone alone": (PHONE, CALL),
    "a telephone, and no reminders": (ReachFacts(phone="1", wants_reminders=False), CALL),
    "nothing": (ReachFacts(), UNREACHED),
}


@pytest.mark.parametrize(("facts", "state"), RULE.values(), ids=RULE)
def test_how_somebody_is_reached_where_mail_leaves(facts: ReachFacts, state: str) -> None:
    assert reach_of(facts, sends=True) == state
    assert state in WORDS


@pytest.mark.parametrize(("facts", "_state"), RULE.values(), ids=RULE)
def test_without_a_server_nobody_is_mailed(facts: ReachFacts, _state: str) -> None:
    assert reach_of(facts, sends=False) == (CALL if facts.phone else UNREACHED)


SAID = {
    "nobody": ((), ""),
    "one": ((MAILED,), "1 is mailed."),
    "all kinds of mail": ((MAILED, UNCONFIRMED, NO_REMINDERS), "3 are mailed."),
    "one by telephone": ((CALL,), "1 to call: P1."),
    "some": ((MAILED, CALL, MAILED, CALL), "2 are mailed, 2 to call: P2 and P4."),
    "every way": (
        (MAILED, CALL, BOUNCED, UNREACHED, CALL),
        "1 is mailed, 2 to call: P2 and P5; mail bounces for 1: P3; 1 not reached: P4.",
    ),
}


@pytest.mark.parametrize(("states", "said"), SAID.values(), ids=SAID)
def test_who_hears_is_counted_apart_and_named_where_somebody_must_act(
    states: tuple[str, ...], said: str
) -> None:
    people = [Reached(number, f"P{number}", state) for number, state in enumerate(states, 1)]
    assert say_reached(people) == said


def test_of_whom_nothing_is_known_any_more_is_not_reached() -> None:
    assert reach_all({7: "Eva"}, {}, sends=True) == [Reached(7, "Eva", UNREACHED)]
