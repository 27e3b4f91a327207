"""The watch over every test's requests sees what it is there for, and lets pass what it names."""

from flask import Flask

from models import Event
from outreach.accounts import history
from tests.cast import REAL, add_clocked, add_event
from tests.conftest import Stored
from tests.told import WITHOUT_A_LINE


def test_what_keeps_no_line_is_a_view_that_takes_forms(app: Flask) -> None:
    takes = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert WITHOUT_A_LINE.keys() <= takes


def test_a_change_in_silence_is_seen_and_an_act_is_not(
    app: Flask, stored: Stored, untold: list[str]
) -> None:
    with stored() as session:
        number = add_event(session, add_clocked(session, "ours"), "SeaGL").id
    for path, silent in (
        (f"/events/{number}/place", ["events.choose_place changes event"]),
        ("/webhooks/1", []),
    ):
        with app.test_request_context(path, method="POST"):
            with stored() as session:
                session.get_one(Event, number).note += "!"
            assert untold == silent
            untold.clear()
            with stored() as session:
                event = session.get_one(Event, number)
                with history.act(session, REAL, None, None, "edited", event):
                    event.note += "?"
            assert untold == []
