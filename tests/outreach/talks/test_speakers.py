"""Speakers as people type them: found on the list, or without an account."""

import pytest
from sqlalchemy.orm import Session

from outreach.refusal import Refused
from outreach.talks.speakers import MOST_SPEAKERS, Speakers, read_owner, read_speakers, split_names
from tests.cast import add_clocked
from tests.sign_ins import add_person


def test_names_and_addresses_are_found_and_others_speak_too(session: Session) -> None:
    ours = add_clocked(session)
    ada, lin = add_person(session, "Ada Example"), add_person(session, "Lin Ö")
    found = read_speakers(
        session, ours, ["ada example", str(lin.email).upper(), "Max", "Ada Example"]
    )
    assert found == Speakers((ada.id, lin.id), ("Max",))
    assert split_names(" Ada  Example \n\nMax; Ada Example") == ["Ada Example", "Max"]


def test_namesakes_are_told_apart_by_who_spoke_before_or_by_address(session: Session) -> None:
    ours = add_clocked(session)
    one = add_person(session, "Kim Sample", email="k1@example.org", email_key="k1@example.org")
    two = add_person(session, "Kim Sample", email="k2@example.org", email_key="k2@example.org")
    with pytest.raises(Refused, match="Several people are called") as refusal:
        read_speakers(session, ours, ["Kim Sample"])
    assert refusal.value.field == "speakers"
    assert read_speakers(session, ours, ["Kim Sample"], [two.id]).people == (two.id,)
    assert read_speakers(session, ours, ["k1@example.org"]).people == (one.id,)


def test_another_foundations_people_are_not_found(session: Session) -> None:
    add_clocked(session)
    theirs = add_clocked(session, "theirs")
    ada = add_person(session, "Ada Example")
    assert read_speakers(session, theirs, [ada.name, str(ada.email)]).people == ()


def test_what_cannot_be_is_refused(session: Session) -> None:
    ours = add_clocked(session)
    with pytest.raises(Refused, match="At most 20"):
        read_speakers(session, ours, [str(n) for n in range(MOST_SPEAKERS + 1)])
    with pytest.raises(Refused, match="under 200"):
        read_speakers(session, ours, ["x" * 201])
    with pytest.raises(Refused, match="Nobody on the list") as refusal:
        read_owner(session, ours, "Nobody")
    assert refusal.value.field == "owner"
    assert read_owner(session, ours, "") is None
