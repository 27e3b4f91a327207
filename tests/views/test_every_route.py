"""Walks over every route with the example's rows: every page comes, whatever its forms took."""

import re
from html.parser import HTMLParser
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.sampling import SEED, times
from tests.views.conftest import ENDS_THE_WALK, path_of

NOT_THERE = {
    "/sign-in/<token>",
    "/events/<int:event_id>/booth/batches/<batch>/remove",
    "/events/<int:event_id>/booth/kinds/<int:kind_id>",
    "/feeds/<feed>/events.<form>",
    "/outbox/<int:message_id>",
    "/my/<token>/events/<int:event_id>/answers",
    "/my/<token>/events/<int:event_id>/certificate",
    "/people/<int:person_id>/events/<int:event_id>/certificate",
}
"""Pages of what the example does not have."""


def test_every_page_comes(app: Flask, example_staff: FlaskClient, parts: dict[str, str]) -> None:
    missing = set()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            answer = example_staff.get(path_of(rule, parts), buffered=True)
            if answer.status_code >= 400:
                missing.add(rule.rule)
    assert missing == NOT_THERE


def test_no_form_breaks_a_page(
    app: Flask, example_staff: FlaskClient, parts: dict[str, str]
) -> None:
    """Sent empty: what is refused is refused in a sentence, what is done is done."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not ENDS_THE_WALK.search(rule.rule):
            answer = example_staff.post(path_of(rule, parts))
            assert answer.status_code in {200, 303, 401, 404, 409, 410, 422}, rule.rule


LOSES_ROWS = re.compile("remove|drop|cancel|close|/leave|reset|/merge|take-back|printed|/import")
EDGES = [
    *("", " ", "\u200b", "\u202e<b>\U0001f600", "a and b, c; d: e", ",,,", "::", "%_{{7*7}}", "0"),
    *("-1", "1", "99", "365", "1440", "1000000000", "0.5", "nan", "inf", "1e9", "\u0661", "24:00"),
    *("00:00", "23:59", "23:60", "2\u0663:30", "0001-01-01", "1970-01-01", "2100-12-31"),
    *("9999-12-31", "2024-02-30", "Wed 00:00-24:00", "daily 0-24", "day 99 10-12", "Mon 9-9"),
    *("28 Jul 2024 23:59-00:00", "1 Jan 1970 10-12", "set-up\nTue 31 Dec 2100 23-24", "skill:lead"),
    *("knows nothing", "speaks xx", "http://foo..org/", "https://[::1]/", "javascript:x", "[::1"),
    *("x" * 80, "x" * 200, "\u00e9" * 300, "line\n" * 3, "Help:", "? ", ". ", "a: https://b.org?"),
]
"""Texts at the edge of what a field may take; most are refused, and what is taken is shown."""


UNSENT = frozenset({"checkbox", "radio", "file", "submit"})
"""Inputs that a browser sends only where somebody chose them."""


class Forms(HTMLParser):
    """Reads the forms of a page that post, with what stands in them."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.path, self._name = path, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            action = given.get("action", self.path) if given.get("method") == "post" else ""
            self.found.append((action, {}))
        elif tag in {"textarea", "select"}:
            self._name = given.get("name", "")
            self._put(self._name, "")
        elif tag == "option" and "selected" in given:
            self._put(self._name, given.get("value", ""))
        elif tag == "input" and ("checked" in given or given.get("type") not in UNSENT):
            self._put(given.get("name", ""), given.get("value", ""))

    def handle_data(self, text: str) -> None:
        if self.lasttag == "textarea" and self._name:
            self._put(self._name, text.removeprefix("\n"))
            self._name = ""

    def _put(self, name: str, value: str) -> None:
        if self.found and name and name != "csrf_token":
            self.found[-1][1][name] = value


def _pages(app: Flask, parts: dict[str, str]) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [path_of(rule, parts) for rule in rules if rule.endpoint != "static"]


@pytest.mark.sampled
def test_what_a_form_takes_every_page_can_show(
    app: Flask, example_staff: FlaskClient, parts: dict[str, str]
) -> None:
    """In each round every form is sent with one field at the edge; then all pages are opened."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    pages, drawn = _pages(app, parts), Random(SEED)
    forms = _open(example_staff, pages)
    assert len(forms) > 25
    for _round in range(times(1, 100)):
        taken = []
        for action, form in forms.items():
            name, text = drawn.choice(sorted(form)), drawn.choice(EDGES)
            answer = example_staff.post(action, data=form | {name: text})
            assert answer.status_code < 500, f"{action} with {name}={text!r}"
            if answer.status_code == 303:
                taken.append((action, name, text))
        try:
            forms |= _open(example_staff, pages)
        except AssertionError as error:
            raise AssertionError(f"after {taken}") from error


def _open(client: FlaskClient, pages: list[str]) -> dict[str, dict[str, str]]:
    """Open all pages; return what their forms would send, by where to."""
    forms: dict[str, dict[str, str]] = {}
    for path in pages:
        answer = client.get(path, buffered=True)
        assert answer.status_code < 500, path
        if answer.mimetype == "text/html":
            forms |= {action: form for action, form in Forms(answer.text, path).found if form}
    return {
        action: form
        for action, form in forms.items()
        if action and not ENDS_THE_WALK.search(action) and not LOSES_ROWS.search(action)
    }
