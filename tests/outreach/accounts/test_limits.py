"""Limits count in the database, across sessions and processes, and let go with time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models import RateWindow
from models.database import make_sessions
from outreach.accounts import limits
from outreach.accounts.limits import Limit, TooMany

TEN = Limit("test", 10, timedelta(minutes=5), "Too often.")
NOON = datetime(2024, 7, 25, 12, 0, tzinfo=UTC)


def _count(session: Session, times: int, now: datetime, limit: Limit = TEN) -> int:
    """Count that often as requests do, and return how many tries passed."""
    passed = 0
    for _ in range(times):
        try:
            limits.count(session, now, limit, "somebody")
        except TooMany:
            session.rollback()
        else:
            session.commit()
            passed += 1
    return passed


def test_the_eleventh_try_is_refused_with_the_time_to_wait(session: Session) -> None:
    assert _count(session, 10, NOON) == 10
    with pytest.raises(TooMany) as refusal:
        limits.count(session, NOON, TEN, "somebody")
    assert timedelta(minutes=5) < refusal.value.wait <= timedelta(minutes=10)
    assert refusal.value.sentence.startswith("Too often. Try again in ")


def test_after_the_time_to_wait_it_works_again(session: Session) -> None:
    _count(session, 10, NOON)
    with pytest.raises(TooMany) as refusal:
        limits.count(session, NOON, TEN, "somebody")
    session.rollback()
    later = NOON + refusal.value.wait + timedelta(seconds=1)
    assert _count(session, 1, later) == 1
    assert _count(session, 1, NOON + refusal.value.wait - timedelta(seconds=5)) == 0


def test_the_border_of_two_windows_is_no_way_around(session: Session) -> None:
    assert _count(session, 10, NOON + timedelta(seconds=299)) == 10
    assert _count(session, 10, NOON + timedelta(seconds=301)) == 0


def test_others_are_not_touched(session: Session) -> None:
    _count(session, 11, NOON)
    limits.count(session, NOON, TEN, "somebody else")


@pytest.mark.parametrize("browser", [None, "own"])
def test_a_try_that_was_right_is_forgiven(session: Session, browser: str | None) -> None:
    tried = ("ada@example.org", "192.0.2.7", browser)
    for _ in range(50):
        limits.count_sign_in(session, NOON, *tried)
        limits.forgive_sign_in(session, NOON, *tried)
    for _ in range(limits.SIGN_INS_HERE.most):
        limits.count_sign_in(session, NOON, *tried)
    with pytest.raises(TooMany):
        limits.count_sign_in(session, NOON, *tried)


def test_who_guesses_from_everywhere_shuts_no_browser_of_before_out(session: Session) -> None:
    for number in range(limits.SIGN_INS_OF_ADDRESS.most):
        limits.count_sign_in(session, NOON, "ada@example.org", f"192.0.2.{number}")
    with pytest.raises(TooMany):
        limits.count_sign_in(session, NOON, "ada@example.org", "192.0.2.200")
    session.rollback()
    limits.count_sign_in(session, NOON, "ada@example.org", "192.0.2.200", "own")


def test_three_links_in_six_hours(session: Session) -> None:
    start, passed = datetime(2024, 7, 25, tzinfo=UTC), []
    for minutes in range(0, 24 * 60, 10):
        now = start + timedelta(minutes=minutes)
        if _count(session, 1, now, limits.LINKS_TO_ADDRESS):
            passed.append(now)
    assert passed[:3] == [start + timedelta(minutes=m) for m in (0, 10, 20)]
    assert passed[3] - passed[0] >= timedelta(hours=6)


def test_forgets_windows_that_no_longer_count(session: Session) -> None:
    for day in range(20):
        limits.count(session, NOON + timedelta(days=day), TEN, f"person {day}")
    assert limits.forget_ended(session, NOON + timedelta(days=19))
    assert not limits.forget_ended(session, NOON + timedelta(days=19))
    assert session.scalar(select(func.count()).select_from(RateWindow)) == 1


def test_keeps_no_addresses(session: Session) -> None:
    limits.count_sign_in(session, NOON, "ada@example.org", "192.0.2.7")
    keys = " ".join(session.scalars(select(RateWindow.key)))
    assert "ada" not in keys
    assert "192" not in keys


def test_many_at_once_get_exactly_as_many_as_allowed(engine: Engine) -> None:
    sessions = make_sessions(engine)

    def try_once(_number: int) -> bool:
        with sessions() as session:
            try:
                limits.count(session, NOON, TEN, "somebody")
            except TooMany:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_once, range(40))) == 10
