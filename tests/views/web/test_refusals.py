"""What a rule refuses is answered with its status and its sentence, whatever route tried it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Person
from outreach.refusal import ChangedMeanwhile, Refused
from tests.conftest import Stored
from tests.sign_ins import sign_in
from tests.views.conftest import ENDS_THE_WALK, path_of
from tests.views.route_matrix import MATRIX
from views.mine.personal import OWN
from views.web import act

Walked = tuple[dict[str, int], dict[str, int]]

SENTENCE = "No, said the rule."
WITHOUT_A_RULE = {
    "/example/open": "the example is loaded; nothing speaks against it",
    "/my/<token>/mail": "what letters somebody gets is theirs alone to say",
    "/my/address/<proof>/mail": "what letters somebody gets is theirs alone to say",
    "/people/<int:person_id>/link": "a copy of a link is shown",
    "/people/<int:person_id>/link/renew": "a new link is shown",
    "/outbox/links": "links to hand over are shown",
    "/events/<int:event_id>/shifts/<int:shift_id>/cancel": "whom it reaches is shown first",
    "/s/<code>/forget": "a browser forgets whom it knew",
    "/my/<token>/forget": "a browser forgets whom it knew",
}
"""Addresses whose views try nothing that could be refused, and why."""
NOT_REACHED = {401, 404, 410}
"""Of what the example does not have, or whose sender it does not know."""


TOLD = {"Referer": "http://localhost/events"}


def walk(app: Flask, client: FlaskClient, parts: dict[str, str], told: dict[str, str]) -> Walked:
    """Press every button; return where the sentence was said, and who answered something else."""
    said, other = {}, {}
    for rule in app.url_map.iter_rules():
        if f"POST {rule.rule}" not in MATRIX or ENDS_THE_WALK.search(rule.rule):
            continue
        answer = client.post(path_of(rule, parts), headers=told)
        if answer.text.count(SENTENCE) == 1:
            said[rule.rule] = answer.status_code
        elif answer.status_code not in {422, *NOT_REACHED}:
            other[rule.rule] = answer.status_code
    return said, other


Refuse = Callable[[Refused], Refused]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Return a way to let every rule refuse."""

    def refuse(refused: Refused) -> Refused:
        monkeypatch.setattr(act, "_tried", lambda _rule: refused)
        return refused

    return refuse


@pytest.mark.parametrize(
    ("refused", "told"),
    [(Refused(SENTENCE), TOLD), (ChangedMeanwhile(SENTENCE), {})],
    ids=["422, known", "409, not told"],
)
def test_every_refusal_has_its_status(
    app: Flask, example_staff: FlaskClient, parts: dict[str, str], refuse: Refuse,
    refused: Refused, told: dict[str, str],
) -> None:  # fmt: skip
    """A form that is not filled in right is refused before its rule: with 422, too."""
    refusal = refuse(refused)
    said, other = walk(app, example_staff, parts, told)
    assert other.keys() == WITHOUT_A_RULE.keys()
    assert {rule for rule, status in said.items() if status != refusal.status} == set()
    assert len(said) > 40


def test_every_refusal_has_its_status_for_a_volunteer_who_is_signed_in(
    app: Flask, stored: Stored, parts: dict[str, str], refuse: Refuse
) -> None:
    refusal = refuse(ChangedMeanwhile(SENTENCE))
    client = app.test_client()
    with stored() as session:
        sign_in(client, session, session.get_one(Person, int(parts["person_id"])))
    said, other = walk(app, client, parts | {"token": OWN}, TOLD)
    assert other.keys() <= WITHOUT_A_RULE.keys()
    assert {rule for rule, status in said.items() if status != refusal.status} == set()
    assert len(said) > 7
