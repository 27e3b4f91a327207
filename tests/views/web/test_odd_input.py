"""Nonsense in any field, filter or address of any rule breaks nothing: no answer is a 5xx."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from models import Event, Segment
from tests.sampling import some
from tests.sign_ins import add_person, sign_in

Stored = Callable[[], AbstractContextManager[Session]]
MakeApp = Callable[..., Flask]

VIEWS = Path(__file__).parents[3] / "views"
NONSENSE = ["", "9" * 4500, "\u0661\u202e%<b>", "2024-99-99", '[{"a":1}]']
NAMES_OF_THE_FRAMEWORK = [
    "endpoint",
    "values",
    "self",
    "_scheme",
    "_external",
    "_anchor",
    "_method",
]
ENDS_THE_TEST = {"accounts.sign_out", "accounts.sign_out_everywhere", "foundation.remove"}


@cache
def _names() -> list[str]:
    """Collect every name that a view or a form reads."""
    read = r'request\.(?:args|form|values|files)(?:\.get|\.getlist)?[\(\[]"(\w+)"'
    field = r"(?m)^    (\w+) = \w*Field\("
    sources = [path.read_text() for path in VIEWS.rglob("*.py")]
    return sorted(
        {name for text in sources for way in (read, field) for name in re.findall(way, text)}
    )


@pytest.fixture
def client(make_app: MakeApp, stored: Stored) -> FlaskClient:
    """Sign staff in, who have one segment and one event."""
    client = make_app(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False).test_client()
    with stored() as session:
        person, now = add_person(session), datetime.now(UTC)
        ours, day = {"foundation_id": person.foundation_id}, date(2024, 7, 28)
        event = Event(
            **ours, name="SIGGRAPH", name_key="siggraph", starts_on=day, ends_on=day, created_at=now
        )
        session.add_all(
            [event, Segment(**ours, slug="vfx", name="Visual effects", short_name="VFX")]
        )
        sign_in(client, session, person)
    return client


def _paths(rule: Rule) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Fill a rule: with the rows that are there and any nonsense beside; with nonsense."""
    names = _names()
    odd = dict.fromkeys(NAMES_OF_THE_FRAMEWORK, "javascript")
    forms = [{}, odd, *(dict.fromkeys(names, text) for text in NONSENSE)]
    yield _fill(rule, "1", "vfx"), forms
    if rule.arguments:
        yield _fill(rule, "2147483647", "go"), [{}]
        yield _fill(rule, "1", "9" * 3000), [{}]
        yield _fill(rule, "0", "%F0%9F%98%80"), [{}]


def _fill(rule: Rule, number: str, word: str) -> str:
    return re.sub(r"<[^>]+>", word, re.sub(r"<int:\w+>", number, rule.rule))


@pytest.mark.sampled
def test_nonsense_breaks_nothing(client: FlaskClient) -> None:
    """Each rule gets some of the nonsense; over many runs, and in `make fuzz`, all of it."""
    broken = set()
    for rule in client.application.url_map.iter_rules():
        if rule.endpoint in ENDS_THE_TEST or rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for path, forms in some([*_paths(rule)], 2, rule.rule):
                for form in some(forms, 2, f"{method} {path}"):
                    given = {"query_string": form} if method == "GET" else {"data": form}
                    answer = client.open(path, method=method, buffered=True, **given)
                    if answer.status_code >= 500:
                        broken.add(f"{method} {rule.rule} {str(set(form.values()))[:40]}")
                    assert 'href="javascript' not in answer.text, path
    assert not broken, "\n".join(sorted(broken))
