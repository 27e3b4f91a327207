"""Letters that one person causes to another: who may, how often, and the same fact once a day."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message
from outreach.messages.written import Dropped, Written
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.cover import swaps
from outreach.staffing.cover.questions import open_cover
from outreach.staffing.cover.seek import ask_the_best
from outreach.staffing.letters import writing
from outreach.staffing.letters.told_about import Desk
from outreach.staffing.signups.assign import take_off
from outreach.staffing.signups.newcomers import know
from outreach.staffing.signups.sign_up import take
from outreach.staffing.signups.withdraw import leave
from tests import cast
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import WEDNESDAY, Crew

DAY = timedelta(days=1)
BY_ONE, TO_ONE = (limit.most for limit in notices.ASKS)


class Booth:
    """Ada on Wednesday, who has shown who she is or not, and others on the days after."""

    def __init__(self, session: Session, others: int = 8, **ada: object) -> None:
        self.session, self.crew = session, Crew(session)
        self.ada = self.crew.person("Ada Alpha", **ada)
        self.shift = self.crew.shift()
        self.mine = cast.add_sign_up(session, self.shift, self.ada)
        self.theirs = [
            cast.add_sign_up(session, self.crew.shift(WEDNESDAY + DAY * number), self.crew.person())
            for number in range(1, others + 1)
        ]

    def told(self, kind: str) -> Counter[int | None]:
        rows = self.session.scalars(select(Message.person_id).where(Message.kind == kind))
        return Counter(rows)


STRANGERS = [{"email_key": None}, {"email": None, "email_key": None, "phone": "+1 303 555 0100"}]


@pytest.mark.parametrize("ada", STRANGERS)
def test_who_is_not_known_mails_nobody(session: Session, ada: dict[str, str | None]) -> None:
    booth = Booth(session, **ada)
    with pytest.raises(Refused, match="First "):
        swaps.offer_swap(session, booth.mine, booth.theirs[0], NOW, REAL)
    with pytest.raises(Refused, match="First "):
        ask_the_best(session, booth.mine, NOW, REAL)
    leave(session, booth.mine, NOW, REAL)
    assert session.scalars(select(Message.kind)).all() in (["left"], [])
    know(session, [booth.ada.id], REAL)
    session.refresh(booth.ada)
    again = take(session, booth.shift, booth.ada, NOW)
    swaps.offer_swap(session, again, booth.theirs[0], NOW, REAL)
    assert booth.told("swap_offered")


def test_64_offers_to_swap_are_few_letters(session: Session) -> None:
    booth, refused = Booth(session), 0
    for _ in range(8):
        for theirs in booth.theirs:
            try:
                swap = swaps.offer_swap(session, booth.mine, theirs, NOW, REAL)
            except Refused:
                refused += 1
            else:
                swaps.take_swap_back(session, swap, NOW, REAL)
    assert set(booth.told("swap_offered").values()) == {1}
    assert refused == 64 - BY_ONE
    swaps.offer_swap(session, booth.mine, booth.theirs[0], NOW + 2 * DAY, REAL)
    assert booth.told("swap_offered")[booth.theirs[0].person_id] == 2


def test_a_no_that_is_said_again_is_one_letter_a_day(session: Session) -> None:
    booth = Booth(session, others=1)
    for day in (0, 0, 0, 1):
        at = NOW + day * DAY
        swap = swaps.offer_swap(session, booth.mine, booth.theirs[0], at, REAL)
        swaps.answer_swap(session, swap, False, at, REAL)
    assert booth.told("swap_refused") == {booth.ada.id: 2}


def test_many_who_ask_one_person_are_few_letters(session: Session) -> None:
    booth = Booth(session, others=1)
    sent = []
    for _ in range(TO_ONE + 3):
        mine = cast.add_sign_up(session, booth.shift, booth.crew.person())
        try:
            sent.append(swaps.offer_swap(session, mine, booth.theirs[0], NOW, REAL))
        except Refused as refused:
            assert "Try tomorrow" in refused.sentence
    assert len(sent) == TO_ONE == sum(booth.told("swap_offered").values())


def test_an_offer_made_again_is_told_as_it_is_then(session: Session) -> None:
    booth = Booth(session)
    first = swaps.offer_swap(session, booth.mine, booth.theirs[0], NOW, REAL)
    swaps.take_swap_back(session, first, NOW, REAL)
    message = session.scalars(select(Message).where(Message.kind == "swap_offered")).one()
    desk = Desk("http://where.example", "key")
    assert isinstance(writing.write(session, [message], REAL, desk), Dropped)
    swaps.offer_swap(session, booth.mine, booth.theirs[0], NOW, REAL)
    assert isinstance(writing.write(session, [message], REAL, desk), Written)


def test_who_was_asked_often_today_is_spared_by_volunteers_and_not_by_staff(
    session: Session,
) -> None:
    booth = Booth(session, others=2)
    bob = [booth.theirs[0].person_id]
    for number in range(TO_ONE + 2):
        mine = cast.add_sign_up(session, shift := booth.crew.shift(), booth.crew.person())
        for _pressed_twice in range(2):
            open_cover(session, shift, bob, None, NOW, REAL, mine)
        assert booth.told("cover_asked").total() == min(number + 1, TO_ONE)
    open_cover(session, shift, bob, booth.crew.lead, NOW, REAL, mine)
    assert booth.told("cover_asked").total() == TO_ONE + 1


def test_drop_outs_in_a_circle_are_one_letter_a_day(session: Session) -> None:
    booth = Booth(session)
    for day in (0, 0, 0, 1, 1):
        leave(session, booth.mine, NOW + day * DAY, REAL)
        take(session, booth.shift, booth.ada, NOW + day * DAY)
    assert booth.told("dropped_out")[booth.crew.lead.id] == 2


def test_a_stranger_who_drops_out_is_told_of_in_the_last_days_only(session: Session) -> None:
    crew = Crew(session)
    shift = crew.shift()
    for now, told in ((NOW, 0), (WEDNESDAY - DAY, 1)):
        sol = crew.newcomer("Sol", "sol@example.org", now)
        leave(session, take(session, shift, sol, now), now, REAL)
        kinds = session.scalars(select(Message.kind).where(Message.person_id == crew.lead.id))
        assert kinds.all() == ["dropped_out"] * told


def test_letters_about_what_somebody_did_themselves_are_marked(session: Session) -> None:
    crew = Crew(session)
    shift, sol = crew.shift(), crew.newcomer("Sol", "sol@example.org")
    leave(session, take(session, shift, sol, NOW), NOW, REAL)
    assert session.scalars(select(Message.is_by_reader)).all() == [True] * 3
    again = take(session, shift, sol, NOW)
    take_off(session, again, crew.lead, NOW, REAL)
    by_staff = select(Message.is_by_reader).where(Message.kind == "removed")
    assert session.scalars(by_staff).all() == [False]
