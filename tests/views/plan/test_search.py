"""Search: one box for everything of ours, and nothing of others."""

import pytest
from flask.testing import FlaskClient

from models import Event, Foundation
from tests import cast
from tests.conftest import Stored
from tests.views.planned import Owned, plan, text_of


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        owned = plan(session)
        ours = session.get_one(Foundation, owned.foundation)
        cast.add_event(session, ours, "100%_sure", **cast.ATLANTA)
        cast.add_talk(session, ours, title="Moving a farm")
        cast.add_call(session, session.get_one(Event, owned.event), None, name="Swift devroom")
        plan(session, "theirs")
    return owned


def found(staff: FlaskClient, words: str) -> str:
    answer = staff.get("/search", query_string={"q": words})
    assert answer.status_code == 200
    return text_of(answer).partition("Help ")[2]


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("siggr", "Events", "SIGGRAPH"),
        ("denver", "Events", "Open Source Days"),
        ("vfx", "Segments", "VFX"),
        ("rhel-39415", "Issues", "RHEL-39415"),
        ("HOUDINI crashes", "Issues", "RHEL-39415"),
        ("lin ours", "People", "Lin Ours"),
        ("  lin \t ours ", "People", "Lin Ours"),
        ("%_", "Events", "100%_sure"),
        ("moving", "Talks", "Moving a farm"),
        ("devroom", "Calls", "SIGGRAPH: talks, Swift devroom"),
    ],
)
def test_each_kind_by_its_name(staff: FlaskClient, words: str, kind: str, name: str) -> None:
    said = found(staff, words)
    assert kind in said
    assert name in said


@pytest.mark.parametrize("words", ["theirs", "%%", "__", "zzz"])
def test_nothing_is_said_plainly(staff: FlaskClient, words: str) -> None:
    assert f"Nothing here is called “{words}”." in found(staff, words)


@pytest.mark.parametrize("words", ["", "x", "   "])
def test_two_letters_at_least(staff: FlaskClient, words: str) -> None:
    assert "Type at least two letters." in found(staff, words)


def test_long_and_strange_words(staff: FlaskClient) -> None:
    assert staff.get("/search").status_code == 200
    for words in ("x" * 3000, "<script>alert(1)</script>", "'; DROP TABLE event; --", "\u202e日本"):
        answer = staff.get("/search", query_string={"q": words})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
