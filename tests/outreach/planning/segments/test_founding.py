"""Founding: one foundation beside the example, whatever it is called and whoever is as fast."""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.planning.segments.founding import start_foundation
from outreach.planning.segments.slugs import free_slug
from outreach.refusal import Refused
from tests.cast import REAL, add_clocked
from tests.conftest import Stored
from tests.sign_ins import add_person


@pytest.mark.parametrize(
    ("name", "taken", "slug"),
    [
        ("AlmaLinux", set(), "almalinux"),
        ("AlmaLinux", {"almalinux"}, "almalinux-2"),
        ("Alma Linux!", {"alma-linux", "alma-linux-2", "x"}, "alma-linux-3"),
        ("基金会", set(), "foundation"),
        ("x" * 49 + " y", set(), "x" * 49),
    ],
)
def test_names_become_addresses(name: str, taken: set[str], slug: str) -> None:
    assert free_slug(name, taken, "foundation") == slug


def test_one_called_like_the_example_gets_a_number(session: Session) -> None:
    example = add_clocked(session, "almalinux", is_example=True)
    guest = add_person(session, foundation=example)
    founder, _ = start_foundation(session, "AlmaLinux", "Bo", "bo@example.org", guest, REAL)
    assert session.get_one(Foundation, founder.foundation_id).slug == "almalinux-2"


def test_two_who_start_at_once_start_one(stored: Stored) -> None:
    with stored() as session:
        guest_id = add_person(
            session, foundation=add_clocked(session, "almalinux", is_example=True)
        ).id
    ready, outcomes = Barrier(2), []

    def start(name: str) -> None:
        ready.wait()
        try:
            with stored() as session:
                guest = session.get_one(Person, guest_id)
                start_foundation(session, name, "Bo", "bo@example.org", guest, REAL)
            outcomes.append("started")
        except Exception as error:
            outcomes.append(type(error).__name__)

    threads = [Thread(target=start, args=(name,)) for name in ("Rocky", "Debian")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [Refused.__name__, "started"]
    with stored() as session:
        own = select(func.count(Foundation.id)).where(~Foundation.is_example)
        assert session.scalar(own) == 1


@pytest.mark.parametrize(
    ("city", "day"), [("", 24), ("Auckland, New Zealand", 25), ("Denver, CO", 24)]
)
def test_today_is_the_day_of_the_city(session: Session, city: str, day: int) -> None:
    guest = add_person(session, foundation=add_clocked(session, "example", is_example=True))
    founder, _ = start_foundation(session, "AlmaLinux", "Bo", "bo@example.org", guest, REAL, city)
    foundation = session.get_one(Foundation, founder.foundation_id)
    assert foundation.now(datetime(2026, 11, 24, 12, tzinfo=UTC)).day == day


def test_a_city_that_nobody_knows_is_refused_beside_its_field(
    session: Session,
) -> None:
    guest = add_person(session, foundation=add_clocked(session, "example", is_example=True))
    with pytest.raises(Refused, match="No single place") as refusal:
        start_foundation(session, "AlmaLinux", "Bo", "bo@example.org", guest, REAL, "Nowhereville")
    assert refusal.value.field == "city"
