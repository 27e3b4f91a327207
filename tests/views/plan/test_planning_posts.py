"""Every form of planning: it works, it keeps to its foundation, and it needs its secret."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import MakeApp, Stored
from tests.sign_ins import csrf_token
from tests.views.planned import Owned, plan, rows_of, sign_in_as

WEIGHTS = {"community": 40, "issue": 15, "talk": 15, "local": 15, "cost": 10, "recap": 10}
NAME = {"name": "FOSDEM", "starts_on": "2025-02-01", "ends_on": ""}

# Path, what is sent, and the rows in it that a stranger could name.
POSTS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("/events/{event}/decision/go", {}, ("event",)),
    ("/events/{event}/decision/go", {"trip": "1"}, ("event",)),
    ("/events/{event}/decision/no_go", {"reason": "too far"}, ("event",)),
    ("/fit/{slug}/{event}/decision/go", {}, ("slug", "event")),
    ("/events/{event}/brief/issues/{issue}", {}, ("event", "issue")),
    ("/events/{event}/brief/issues/{issue}/drop", {}, ("event", "issue")),
    ("/events/{event}/brief/edit", {"goal": "Meet ten."}, ("event",)),
    ("/events/{event}/edit", {**NAME, "version": "{version}"}, ("event",)),
    ("/events/{event}/remove", {}, ("event",)),
    ("/events/new", NAME, ()),
    ("/events/{event}/team/{volunteer}", {"lead": "1"}, ("event", "volunteer")),
    (
        "/people/{volunteer}/edit",
        {"name": "Lin", "role": "volunteer", "version": ""},
        ("volunteer",),
    ),
    ("/people/{volunteer}/remove", {}, ("volunteer",)),
    ("/people/new", {"name": "Noor Sample", "role": "volunteer"}, ()),
    ("/segments/{slug}/remove", {}, ("slug",)),
    ("/segments/new", {"name": "Storage", "keywords": "ceph"}, ()),
    ("/weights", WEIGHTS, ()),
    ("/weights/defaults", {}, ()),
]


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        return plan(session)


@pytest.fixture
def theirs(stored: Stored) -> Owned:
    with stored() as session:
        return plan(session, "theirs")


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


def fill(path: str, owned: Owned, **others: object) -> str:
    values = {field: getattr(owned, field) for field in Owned.__dataclass_fields__}
    return path.format(**(values | others))


def send(client: FlaskClient, path: str, given: dict[str, Any]) -> Any:
    """Post what a form would send; the version is read from the form."""
    if "version" in given:
        found = re.search(r'name="version"[^>]*value="(\d+)"', client.get(path).text)
        given = given | {"version": found[1] if found else "1"}
    return client.post(path, data=given)


@pytest.mark.parametrize(("path", "given", "named"), POSTS)
def test_it_works_and_leads_on(
    staff: FlaskClient,
    owned: Owned,
    stored: Stored,
    path: str,
    given: dict[str, Any],
    named: tuple[str, ...],
) -> None:
    before = rows_of(stored)
    answer = send(staff, fill(path, owned), given)
    assert answer.status_code == 303
    onward = staff.get(answer.location)
    assert onward.status_code in {200, 303}
    if "/drop" not in path and "/defaults" not in path:
        assert rows_of(stored) != before


@pytest.mark.parametrize(("path", "given", "named"), [post for post in POSTS if post[2]])
def test_what_is_theirs_or_nobodys_is_not_found(
    staff: FlaskClient,
    owned: Owned,
    theirs: Owned,
    stored: Stored,
    path: str,
    given: dict[str, Any],
    named: tuple[str, ...],
) -> None:
    before = rows_of(stored)
    for field in named:
        for other in (getattr(theirs, field), 99999, 2**31 - 1):
            answer = staff.post(fill(path, owned, **{field: other}), data=given)
            assert answer.status_code == 404, f"{field} {other}"
    assert rows_of(stored) == before


@pytest.mark.parametrize("state", ["idea", "live", "GO", "no-go", "x"])
def test_a_state_that_nobody_sets_is_not_found(
    staff: FlaskClient, owned: Owned, state: str
) -> None:
    for path in ("/events/{event}/decision/", "/fit/{slug}/{event}/decision/"):
        assert staff.post(fill(path, owned) + state).status_code == 404


def test_by_another_method(staff: FlaskClient, owned: Owned) -> None:
    for path, given, _ in POSTS:
        assert staff.delete(fill(path, owned), data=given).status_code == 405
    for path in ("/events/{event}/decision/go", "/weights/preview"):
        assert staff.get(fill(path, owned)).status_code == 405


@pytest.mark.parametrize("who", ["nobody", "volunteer"])
def test_for_staff_alone(app: Flask, owned: Owned, stored: Stored, who: str) -> None:
    client = app.test_client()
    if who == "volunteer":
        client = sign_in_as(app, stored, owned.volunteer)
    before = rows_of(stored)
    statuses = {client.post(fill(path, owned), data=given).status_code for path, given, _ in POSTS}
    assert statuses == ({404} if who == "volunteer" else {401})
    assert rows_of(stored) == before


def test_only_with_the_secret_of_a_form(make_app: MakeApp, owned: Owned, stored: Stored) -> None:
    client = sign_in_as(make_app(), stored, owned.staff)
    before = rows_of(stored)
    for secret in (None, "x"):
        for path, given, _ in POSTS:
            sent = given | ({"csrf_token": secret} if secret else {})
            assert client.post(fill(path, owned), data=sent).status_code == 400
    assert rows_of(stored) == before
    token = csrf_token(client, f"/events/{owned.event}")
    answer = client.post(f"/events/{owned.event}/decision/go", data={"csrf_token": token})
    assert answer.status_code == 303


def test_what_breaks_after_writing_leaves_nothing(
    make_app: MakeApp, owned: Owned, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The match is computed again after the decision is written."""
    app = make_app(WTF_CSRF_ENABLED=False, TESTING=False)
    client = sign_in_as(app, stored, owned.staff)

    def breaks(*_: object) -> None:
        raise ZeroDivisionError("after writing")

    before = rows_of(stored)
    monkeypatch.setattr("outreach.planning.following.refresh_events", breaks)
    monkeypatch.setattr("outreach.planning.following.refresh_foundation", breaks)
    for path, given in (
        ("/events/{event}/decision/go", {}),
        ("/weights", WEIGHTS),
        ("/events/new", NAME),
    ):
        assert client.post(fill(path, owned), data=given).status_code == 500
    assert rows_of(stored) == before
