"""Sentences are whole, found by who collects them, and said in the language of the moment."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes
from jinja2.ext import extract_from_ast

from outreach import language
from outreach.calendars import clock
from outreach.language import gettext, ngettext, pgettext
from tests import translated
from tests.catalogs import know

ROOT = Path(__file__).parent.parent
FOR_VOLUNTEERS = [
    "phone.html", "macros/phone.html", "covers/answer.html", "duty/here.html", "duty/today.html",
    "briefs/show.html", "events/listing.html", "events/show.html", "foundation/help.html",
    "history/last.html", "macros/asks.html", "macros/signs.html", "people/tables.html",
    "roster/print.html", "money/ask_fields.html", "money/steps.html",
    "booths/batches.html", "booths/newcomers.html", "booths/poster.html", "booths/remove.html",
    "booths/draw.html", "pasted/box.html", "pasted/preview.html", "booths/ruler.html",
    "booths/rules.html", "booths/share.html", "booths/shift.html", "booths/show.html",
    "briefs/form.html", "covers/choose.html", "events/form.html", "macros/forms.html",
    "macros/pasted.html", "roster/frame.html", "roster/list.html", "roster/parts.html",
    "history/listing.html", "proposals/show.html", "roster/reason.html", "roster/rows.html",
    "roster/show.html", "roster/times.html", "roster/times_of.html", "macros/times.html",
    "roster/write.html", "roster/letter.html", "booths/kinds.html",
    *(
        f"{folder}/{path.name}"
        for folder in ("sign_up", "my_shifts", "my_trips")
        for path in sorted((ROOT / "templates" / folder).glob("*.html"))
    ),
]  # fmt: skip
"""Pages that a volunteer or a visitor reads; who leads an event is a volunteer too."""
OURS = {"Whereabouts", "ensp", "nbsp"}
AS_IT_IS_READ = re.compile(r"<(\w+)[^<>]* translate=\"no\"[^<>]*>.*?</\1>", re.DOTALL)
"""What is typed in the one spelling that the program reads."""
GREETING = "Hello $name,"
GLUE = re.compile(r"^\s|\s$|^[,;:.]|(?:[a-z],|\b(?:and|or|with|of|the|a|until))$")


@cache
def collected() -> dict[str, frozenset[str]]:
    """Collect what all pages say, staff's too, by the file that says it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    found: dict[str, set[str]] = {}
    for path, (_meaning, said) in translated.collect(settings):
        found.setdefault(path, set()).update([said] if isinstance(said, str) else said)
    return {path: frozenset(sentences) for path, sentences in found.items()}


def test_sentences_of_pages_rules_and_letters_are_collected() -> None:
    assert "Take %(time)s" in collected()["templates/sign_up/row.html"]
    assert "%(shift)s is over." in collected()["outreach/staffing/signups/locks.py"]
    assert "The booth misses %(number)s people" in collected()["outreach/planning/dossier.py"]
    assert "Hello $name," in collected()["outreach/staffing/letters/told_about.py"]
    assert "%(num)s shifts are full: waiting list" in {
        sentence for sentences in collected().values() for sentence in sentences
    }


def test_no_sentence_is_glued() -> None:
    glued = {
        path: [sentence for sentence in sentences - {GREETING} if GLUE.search(sentence)]
        for path, sentences in collected().items()
    }
    assert {path: found for path, found in glued.items() if found} == {}


@pytest.mark.parametrize("name", FOR_VOLUNTEERS)
def test_a_page_asks_for_what_is_collected(app: Flask, name: str) -> None:
    """Folding the white space of a page must not change its sentences."""
    asked = set(_asked_for(_parsed(app, name)))
    assert asked == collected().get(f"templates/{name}", frozenset())


@pytest.mark.parametrize("name", FOR_VOLUNTEERS)
def test_a_volunteers_page_says_nothing_but_sentences(app: Flask, name: str) -> None:
    text = "\x00".join(data.data for data in _parsed(app, name).find_all(nodes.TemplateData))
    text = AS_IT_IS_READ.sub("\x00", text)
    text = re.sub(r"<(?:[^<>\"]|\"[^\"]*\")*>", "\x00", text)
    assert set(re.findall(r"[A-Za-z’]{3,}", text)) - OURS == set()


def _parsed(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse((ROOT / "templates" / name).read_text(), name=name)


def _asked_for(tree: nodes.Template) -> Iterator[str]:
    for _line, _function, said in extract_from_ast(tree):
        yield from [said] if isinstance(said, str) else filter(None, said)


@pytest.fixture
def low_german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak a language that has only a few sentences so far."""
    sentences = {
        "%(shift)s is over.": "%(shift)s is vörbi.",
        ("%(num)s shift is over", "%(num)s shifts are over"):
            ("%(num)s Schicht is vörbi", "%(num)s Schichten sünd vörbi"),
        "You can pull out at any time.": "Du kannst jümmers afseggen.",
    }  # fmt: skip
    know(tmp_path, monkeypatch, "de", sentences, number="three=dree")
    with language.spoken("de"):
        yield
    language._catalog.cache_clear()


@pytest.mark.usefixtures("low_german")
def test_a_language_is_a_file() -> None:
    assert gettext("%(shift)s is over.", shift="Mi. 15:00") == "Mi. 15:00 is vörbi."
    assert ngettext("%(num)s shift is over", "%(num)s shifts are over", 1) == "1 Schicht is vörbi"
    assert ngettext("%(num)s shift is over", "%(num)s shifts are over", 3).endswith("sünd vörbi")
    assert pgettext("number", "three") == "dree"


@pytest.mark.usefixtures("low_german")
def test_what_a_language_lacks_is_said_in_english() -> None:
    assert gettext("%(event)s was cancelled.", event="FOSDEM") == "FOSDEM was cancelled."


def test_english_is_counted_as_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Japanese has one form for every number."""
    know(tmp_path, monkeypatch, "ja", {("%(num)s shift", "%(num)s shifts"): ("",)})
    with language.spoken("ja"):
        assert ngettext("%(num)s shift", "%(num)s shifts", 5) == "5 shifts"
    language._catalog.cache_clear()


@pytest.mark.usefixtures("low_german")
def test_a_page_speaks_the_language(app: Flask) -> None:
    said = app.jinja_env.from_string('{{ _("You can pull out at any time.") }}').render()
    assert said == "Du kannst jümmers afseggen."


def test_the_language_of_one_moment_is_not_that_of_the_next() -> None:
    with language.spoken("de"):
        assert language.current() == "de"
    assert language.current() == language.SOURCE
    assert clock.say_number(3) == "three"


def test_a_name_in_a_sentence_is_escaped_and_may_hold_a_percent_sign(app: Flask) -> None:
    page = app.jinja_env.from_string('{{ _("Thank you, %(name)s.", name=name) }}')
    assert page.render(name="100 % <b>") == "Thank you, 100 % &lt;b&gt;."
