"""Nonsense in any field, filter or address of any rule breaks nothing: no answer is a 5xx.

Every wrong kind of value, too: a list or a file for a text, a text for a file, JSON for a form.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.sampling import some
from tests.views.conftest import ENDS_THE_WALK, path_of

VIEWS = Path(__file__).parents[3] / "views"
NONSENSE = [
    *("", "9" * 4500, "\u0661\u202e%<b>", "2024-99-99", '[{"a":1}]', "0001-01-01", "9999-12-31"),
    *("24:00", "nan", "-1", "null"),
]
NAMES_OF_THE_FRAMEWORK = [
    "endpoint",
    "values",
    "self",
    "_scheme",
    "_external",
    "_anchor",
    "_method",
]

ENDS_THE_TEST = {"accounts.sign_out", "accounts.sign_out_everywhere", "foundation.remove", "static"}


@cache
def _names() -> list[str]:
    """Collect every name that a view or a form reads."""
    read = r'request\.(?:args|form|values|files)(?:\.get|\.getlist)?[\(\[]"(\w+)"'
    field = r"(?m)^    (\w+) = \w*Field\("
    sources = [path.read_text() for path in VIEWS.rglob("*.py")]
    return sorted(
        {name for text in sources for way in (read, field) for name in re.findall(way, text)}
    )


def _files(content: bytes) -> dict[str, Any]:
    return {name: (BytesIO(content), f"{name}.csv") for name in _names()}


Body = Callable[[], dict[str, Any]]
BODIES: list[Body] = [
    dict,
    lambda: {"data": dict.fromkeys(NAMES_OF_THE_FRAMEWORK, "javascript")},
    *(partial(lambda text: {"data": dict.fromkeys(_names(), text)}, text) for text in NONSENSE),
    lambda: {"data": dict.fromkeys(_names(), ["", "a", "1"])},
    lambda: {"data": _files(b""), "content_type": "multipart/form-data"},
    lambda: {"data": _files(b"\0\xff[{"), "content_type": "multipart/form-data"},
    *(
        partial(lambda value: {"json": dict.fromkeys(_names(), value)}, value)
        for value in (None, 7, [[]], {"a": {"b": []}})
    ),
    lambda: {"data": b"[" * 9999, "content_type": "application/json"},
    lambda: {"data": b"%ff=%fe&=&a=%", "content_type": "application/x-www-form-urlencoded"},
]


def _asked(method: str, form: Body) -> dict[str, Any]:
    """Send it as a form, or in the address where there is none."""
    given = form()
    if method != "GET":
        return given
    data = given.get("data")
    texts = isinstance(data, dict) and "content_type" not in given
    return {"query_string": data} if texts else {}


def _paths(rule: Rule, parts: dict[str, str]) -> Iterator[tuple[str, list[Body]]]:
    """Fill a rule: with the rows that are there and any nonsense beside; with nonsense."""
    yield path_of(rule, parts), BODIES
    if rule.arguments:
        yield _fill(rule, "2147483647", "go"), BODIES[:1]
        yield _fill(rule, "1", "9" * 3000), BODIES[:1]
        yield _fill(rule, "0", "%F0%9F%98%80"), BODIES[:1]


def _fill(rule: Rule, number: str, word: str) -> str:
    return re.sub(r"<[^>]+>", word, re.sub(r"<int:\w+>", number, rule.rule))


@pytest.mark.sampled
def test_nonsense_breaks_nothing(
    app: Flask, example_staff: FlaskClient, parts: dict[str, str]
) -> None:
    """Each rule gets some of the nonsense; over many runs, and in `make fuzz`, all of it."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    broken = set()
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in ENDS_THE_TEST]
    for rule in sorted(rules, key=lambda one: bool(ENDS_THE_WALK.search(one.rule))):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for path, forms in some([*_paths(rule, parts)], 2, rule.rule):
                for form in some(forms, 1 + (method == "POST"), f"{method} {path}"):
                    given = _asked(method, form)
                    answer = example_staff.open(path, method=method, buffered=True, **given)
                    if answer.status_code >= 500:
                        broken.add(f"{method} {rule.rule} {str(given)[:200]}")
                    assert b'href="javascript' not in answer.data, path
    assert not broken, "\n".join(sorted(broken))
