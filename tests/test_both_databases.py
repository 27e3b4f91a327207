"""What can behave differently on PostgreSQL is tested there: no lock and no raw SQL is left out."""

import pytest

from tests import both_databases
from tests.both_databases import ROOT, differing, imported, needs_both, program

USES_ROWS = "def test(session): ...\n"


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("from threading import Thread\nThread(target=print)\n" + USES_ROWS, True),
        ("from sqlalchemy import select, text\n" + USES_ROWS, True),
        ("from outreach.locking import wait_for_others\n" + USES_ROWS, True),
        ("from outreach import locking\n" + USES_ROWS, True),
        ("from outreach.refusal import Refused\n" + USES_ROWS, False),
        ("from outreach.locking import wait_for_others\n", False),
    ],
    ids=["many at once", "raw SQL", "a lock", "its module", "neither", "without rows"],
)
def test_a_module_is_chosen_by_what_it_is_about(text: str, needed: bool) -> None:
    assert needs_both("tests/views/test_new.py", text) is needed


def test_tables_migrations_and_every_route_are_chosen() -> None:
    places = both_databases.chosen()
    for always in both_databases.ALWAYS:
        assert [place for place in places if place.startswith(always)], always


def test_whatever_differs_is_reached_by_a_chosen_test_or_by_the_walk_over_every_route() -> None:
    reached: set[str] = set()
    waiting = [name for text in both_databases.chosen().values() for name in imported(text)]
    waiting += [name for name in program() if name.startswith("views")]
    while waiting:
        name = waiting.pop()
        if name in program() and name not in reached:
            reached.add(name)
            waiting += imported(program()[name])
    assert sorted(differing() - reached) == []
    assert "outreach.locking" in differing()


def test_the_chosen_carry_the_marker(request: pytest.FixtureRequest) -> None:
    chosen = both_databases.chosen()
    for item in request.session.items:
        place = str(item.path.relative_to(ROOT))
        assert (item.get_closest_marker("postgres") is not None) == (place in chosen), place
