"""Without a mail server, and in the example, no page says that something was mailed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.views.conftest import path_of
from tests.views.planned import text_of

CLAIMS = re.compile(
    r"\bmailed\b|\b(?:comes?|came|told|signs you in|link) by mail|in the mail\b|into your mail"
    r"|button behind the link|confirm(?:s|ed)? (?:your|a mail) address|stop mails|mail me\b"
    r"|on its way to it|letter (?:is|was) sent",
    re.IGNORECASE,
)
"""What is only true where mail leaves."""
ABOUT_MAIL = re.compile(
    r"^/(?:outbox|help|health|my/address/|my/<token>/mail|people/new|static)|/edit$"
)
"""Pages that tell of mail as such, or are reached by a letter alone."""


@pytest.fixture
def paths(app: Flask, parts: dict[str, str]) -> list[str]:
    """Return every page that can be looked at."""
    rules = app.url_map.iter_rules()
    looked = [rule for rule in rules if rule.methods and "GET" in rule.methods]
    return [path_of(rule, parts) for rule in looked if not ABOUT_MAIL.search(rule.rule)]


def claims_of(client: FlaskClient, paths: list[str]) -> dict[str, list[str]]:
    """Return what each page says that is only true where mail leaves."""
    answers = {path: client.get(path) for path in paths}
    pages = {path: one for path, one in answers.items() if one.mimetype == "text/html"}
    return {path: CLAIMS.findall(text_of(page)) for path, page in pages.items()}


def test_no_page_of_the_example_says_so(example_staff: FlaskClient, paths: list[str]) -> None:
    said = claims_of(example_staff, paths)
    assert {path: words for path, words in said.items() if words} == {}
    assert len(said) > 80


def test_nor_to_who_is_not_signed_in(client: FlaskClient, paths: list[str]) -> None:
    assert {path: words for path, words in claims_of(client, paths).items() if words} == {}


def test_nor_after_asking_for_a_link(client: FlaskClient) -> None:
    page = client.post("/sign-in", data={"email": "ada@example.org"})
    assert CLAIMS.findall(text_of(page)) == []
    assert "No mail is sent from here." in text_of(page)
