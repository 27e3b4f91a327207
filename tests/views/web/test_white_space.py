"""Templates are laid out for who reads them; pages carry nothing of it and lose no space."""

import gzip
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment
from sqlalchemy import select

from models import Booth, Person
from tests import cast
from tests.conftest import Stored
from tests.sign_ins import sign_in
from views.web.white_space import Folding

PAGES = {
    "/season": 5_950,
    "/fit": 5_600,
    "/fit/media-entertainment/{event}": 5_600,
    "/events": 3_350,
    "/events/{event}": 6_250,
    "/events/{event}/brief": 4_150,
    "/events/{event}/booth": 2_450,
    "/events/{event}/roster": 3_700,
    "/events/{event}/today": 2_500,
    "/calls": 4_150,
    "/issues": 5_850,
    "/people": 2_700,
    "/help": 3_350,
    "/history": 3_150,
    "/imports": 3_100,
    "/duplicates": 1_900,
    "/trackers": 2_400,
    "/outbox": 1_850,
    "/talks": 2_700,
    "/talks/library": 2_400,
    "/weights": 2_950,
    "/s/{code}": 1_930,
    "/my/own": 2_250,
}
"""How many bytes each may have at most, packed with gzip."""


def written(source: str, name: str = "page.html", **values: Any) -> str:
    """Return what a template puts out."""
    environment = Environment(
        loader=DictLoader({name: source}), extensions=[Folding], autoescape=True
    )
    return environment.get_template(name).render(values)


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("<p>\n  one\n  two\n</p>\n", "<p>one two</p>"),
        ("<p>a <b>b</b>\n  <i>c</i>, d</p>", "<p>a <b>b</b> <i>c</i>, d</p>"),
        ("<p>a<b>b</b><i>c</i></p>", "<p>a<b>b</b><i>c</i></p>"),
        ("<ul>\n  <li>a</li>\n\n  <li>b</li>\n</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("a<br>\n  b\n  <a\n    id='x'\n  >\n    c\n  </a>.", "a<br>b <a id='x'>c</a>."),
        ("x <input\n  name='a'\n>\n  y", "x <input name='a'> y"),
        ("<pre>\n  a\n\n  b\n</pre>", "<pre>\n  a\n\n  b\n</pre>"),
        ("<p>\n  <textarea>\n a\n  b</textarea>\n</p>", "<p><textarea>\n a\n  b</textarea></p>"),
        ("<select>\n  <option>a</option>\n</select>", "<select><option>a</select>"),
        ("<svg>\n  <path d='M0 0\n    L1 1'/>\n</svg>\nb", "<svg><path d='M0 0 L1 1'/></svg> b"),
        ("a\u00a0\n  b", "a\u00a0 b"),
        ("{# said\n   twice #}\n<p>a\n  {# why #}\n  b</p>", "<p>a b</p>"),
    ],
)  # fmt: skip
def test_what_is_laid_out_is_sent_short(source: str, page: str) -> None:
    assert written(source) == page


@pytest.mark.parametrize(
    ("source", "yes", "no"),
    [
        ("a\n{% if x %}\n  b\n{% endif %}\nc", "a b c", "a c"),
        ("a\n{% if x %}\n  b\n{% else %}\n  d\n{% endif %}\nc", "a b c", "a d c"),
        ("a{% if x %}, b{% endif %}.", "a, b.", "a."),
        ("a{% if x %}, b{% endif %}\n{% if x %}, c{% endif %}.", "a, b, c.", "a."),
        ("a{% if x %}\n  b{% endif %}", "a b", "a"),
        ("a{% if x %}\n  b\n{% else %}\n  c\n{% endif %}\nd", "a b d", "a c d"),
        ("<p>\n{% if x %}\n<b>a</b>\n{% endif %}\nc</p>", "<p><b>a</b> c</p>", "<p> c</p>"),
        ("<a\n  {% if x %}id='b'{% endif %}\n  rel='c'\n>", "<a id='b' rel='c'>", "<a rel='c'>"),
        ("<a\n  {% if x %}\n    b\n  {% endif %}\n>", "<a b>", "<a>"),
        ("<a {% if x %}b{% else %}c{% endif %}>", "<a b>", "<a c>"),
        ("{% set y = x %}\n{% if y %}\n  a\n{% endif %}", "a", ""),
        ("{% for y in 'ab' if x %}\n  <i>{{ y }}</i>\n{% endfor %}\n.", "<i>a</i> <i>b</i> .", "."),
        ("{% for y in 'ab' if x %}\n  {{ y }}\n{% else %}\n  c\n{% endfor %}\n.", "a b .", "c ."),
        ("{% macro m() %}\n{% if x %}\na\n{% endif %}\n{% endmacro %}\n({{ m() }})", "(a)", "()"),
    ],
)  # fmt: skip
def test_a_statement_adds_nothing(source: str, yes: str, no: str) -> None:
    """A browser shows several spaces as one; outermost ones are of no concern here."""
    for x, expected in ((True, yes), (False, no)):
        assert re.sub(" +", " ", written(source, x=x)).strip(" ") == expected


def test_text_stays_as_it_is_written() -> None:
    assert written("a\n\n  b\n", "letter.txt") == "a\n\n  b"


def test_a_trace_names_the_line_of_the_template() -> None:
    source = "<ul>\n  <li>a</li>\n\n  {% if x %}\n    <li>{{ 1 / y }}</li>\n  {% endif %}\n</ul>"
    with pytest.raises(ZeroDivisionError) as caught:
        written(source, x=True, y=0)
    assert caught.traceback[-1].lineno + 1 == 5


class Shown(HTMLParser):
    """The sentences of a page: its text, a new one wherever a block begins or ends."""

    INLINE = frozenset("a abbr b bdi code em i kbd small span strong svg time use".split())
    EXACT = frozenset(["script", "textarea"])

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.within = "", ""
        self.feed(page)
        self.sentences = [" ".join(line.split()) for line in self.text.split("\n")]

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.within = tag
        self.text += "" if tag in self.INLINE else "\n"

    def handle_endtag(self, tag: str) -> None:
        self.within = ""
        self.text += "" if tag in self.INLINE else "\n"

    def handle_data(self, data: str) -> None:
        if self.within not in self.EXACT:
            self.text += re.sub(r"\s", " ", data)


@pytest.fixture
def pages(app: Flask, stored: Stored) -> dict[str, str]:
    """Return pages of the example as its staff see them."""
    client = app.test_client()
    with stored() as session:
        cast.add_example(session)
        booth = session.scalars(select(Booth).order_by(Booth.id)).first()
        staff = session.scalars(select(Person).where(Person.role == "staff")).first()
        assert booth is not None and staff is not None
        sign_in(client, session, staff)
        places = {"event": booth.event_id, "code": booth.code}
    answers = {page: client.get(page.format(**places)) for page in PAGES}
    assert {page: one.status_code for page, one in answers.items() if one.status_code != 200} == {}
    return {page: one.text for page, one in answers.items()}


def test_pages_of_the_example_are_folded(pages: dict[str, str]) -> None:
    """No indentation reaches a page, no space stands before a comma, none is missing behind it."""
    shown = {page: text.replace(">\r\n", ">") for page, text in pages.items()}  # of text boxes
    lines = {page: text.count("\n") for page, text in shown.items() if "\n" in text}
    assert lines == {}
    sentences = {one for text in pages.values() for one in Shown(text).sentences}
    assert [
        one
        for one in sentences
        if re.search(r" [,.;:)](?= |$)|[a-z](?:[,;:][A-Za-z]|\.[A-Z][a-z])", one)
    ] == []
    sizes = {page: len(gzip.compress(text.encode(), 6)) for page, text in pages.items()}
    assert {page: size for page, size in sizes.items() if size > PAGES[page]} == {}
