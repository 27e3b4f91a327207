"""A volunteer's pages and letters are in the language of their reader, staff's in English."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from models import CoverAsk, Message, Person
from outreach import language
from outreach.language import choose
from outreach.messages.due import gather
from outreach.messages.written import Written
from outreach.staffing.letters import writing
from outreach.staffing.letters.told_about import Desk
from tests.cast import REAL
from tests.catalogs import know
from tests.conftest import MakeApp, Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.sign_ins import sign_in
from tests.views.hall import CODE, SOL, Hall

GERMAN = {
    "Take %(time)s": "%(time)s nehmen",
    "Tell us your name, the first one is enough.": "Sag uns deinen Namen, der Vorname genügt.",
    "Hello $name,": "Hallo $name,",
    "%(foundation)s booths, %(name)s": "%(foundation)s Messestände, %(name)s",
    "%(hours)s h so far": "bisher %(hours)s h",
    "There is no such page": "Diese Seite gibt es nicht",
    "Write to me in English": "Schreibt mir auf Deutsch",
    "Your letters are in English from now on.": "Wir schreiben dir ab jetzt auf Deutsch.",
}
SWISS = "de-CH, en;q=0.8"
DESK = Desk("http://where.example", "k" * 40, "booth@where.example")


@pytest.fixture(autouse=True)
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    know(tmp_path, monkeypatch, "de", GERMAN)
    yield
    language._catalog.cache_clear()


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


def spoken(page: TestResponse) -> str:
    """Return the language that a page says it is in."""
    found = re.search(r'<html lang="([\w-]+)"', page.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["de-CH", "en"], "de"),
        (["DE"], "de"),
        (["zh_Hant", "pt-BR", "ja"], "ja"),
        (["", "fr"], "fr"),
        (["nl", "*"], None),
        (["../../etc"], None),
        ([], None),
    ],
)
def test_the_first_language_that_we_speak(wanted: list[str], chosen: str | None) -> None:
    assert choose(wanted) == chosen


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (SWISS, "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("de;q=0.3, ja;q=0.7", "ja"),
        ("nl, fr-BE;q=0.5", "fr"),
        ("de;q=0, es;q=0.1", "es"),
        ("nl", "en"),
        ("*", "en"),
        ("\x80;;q=x,,", "en"),
        (None, "en"),
    ],
)
def test_the_browser_chooses(hall: Hall, header: str | None, code: str) -> None:
    headers = {} if header is None else {"Accept-Language": header}
    page = hall.phone().get(f"/s/{CODE}", headers=headers)
    assert spoken(page) == code
    assert {"Accept-Language", "Cookie"} <= set(page.vary)


def test_a_page_is_in_its_readers_language_with_its_days(hall: Hall) -> None:
    hall.shift()
    page = hall.phone().get(f"/s/{CODE}", headers={"Accept-Language": SWISS}).text
    assert "Mi 13:00–15:00 nehmen" in page
    assert "Mi., 31. Juli" in page


def test_a_link_chooses_and_the_browser_remembers(hall: Hall) -> None:
    shift, phone, german = hall.shift(), hall.phone(), {"Accept-Language": "de"}
    page = phone.get(f"/s/{CODE}?day=2024-07-31", headers=german)
    assert '<a href="?day=2024-07-31&amp;lang=ja" lang="ja">日本語</a>' in page.text
    assert 'lang="de" aria-current="true">Deutsch</a>' in page.text
    assert spoken(phone.get(f"/s/{CODE}?lang=ja", headers=german)) == "ja"
    for address in (f"/s/{CODE}", f"/s/{CODE}/shifts/{shift}", "/my"):
        assert spoken(phone.get(address, headers=german)) == "ja"
    assert spoken(phone.get(f"/s/{CODE}?lang=klingon", headers=german)) == "ja"


def test_what_is_wrong_is_said_in_the_readers_language(hall: Hall) -> None:
    shift, german = hall.shift(), {"Accept-Language": "de"}
    refused = hall.phone().post(f"/s/{CODE}/shifts/{shift}", data={"name": ""}, headers=german)
    assert refused.status_code == 422
    assert "Sag uns deinen Namen, der Vorname genügt." in refused.text
    lost = hall.phone().get("/s/nothing", headers=german)
    assert (lost.status_code, spoken(lost)) == (404, "de")
    assert "Diese Seite gibt es nicht" in lost.text
    assert spoken(hall.phone().get("/nowhere", headers=german)) == "de"
    assert spoken(hall.phone().get(f"/s/{CODE}")) == "en"


def test_staffs_pages_are_in_english(hall: Hall, stored: Stored) -> None:
    phone = hall.phone()
    with stored() as session:
        sign_in(phone, session, session.get_one(Person, hall.lead))
    german = {"Accept-Language": "de"}
    for address in (f"/events/{hall.event}/booth", "/nowhere", "/?lang=de"):
        page = phone.get(address, headers=german, follow_redirects=True)
        assert spoken(page) == "en"
        assert "Deutsch" not in page.text


def letter_to(stored: Stored, name: str) -> Written:
    with stored() as session:
        reader = session.scalars(select(Person).where(Person.name.startswith(name))).one()
        message = session.scalars(select(Message).where(Message.person_id == reader.id)).first()
        assert message is not None
        written = writing.draft(session, gather(session, message), REAL, DESK)
    assert isinstance(written, Written)
    return written


def test_letters_are_in_the_language_of_the_sign_up(hall: Hall, stored: Stored) -> None:
    hall.shift()
    german = hall.phone()
    german.get(f"/s/{CODE}?lang=de")
    hall.take(german, 1, SOL)
    hall.take(hall.phone(), 1, {"name": "Ada Alpha", "contact": "ada@example.org"})
    said = letter_to(stored, "Sol")
    assert said.body.startswith("Hallo Sol,")
    assert "Mi., 31. Juli" in said.subject
    assert letter_to(stored, "Ada").body.startswith("Hello Ada,")


def test_the_language_of_letters_can_be_changed(hall: Hall, stored: Stored) -> None:
    person = hall.person("Ada Alpha", email="ada@example.org")
    hall.puts(hall.shift(), person)
    phone, own = hall.phone(), f"/my/{hall.link(person)}"
    assert "/language" not in phone.get(own).text
    assert "Schreibt mir auf Deutsch" in phone.get(f"{own}?lang=de").text
    done = phone.post(f"{own}/language", data={"language": "de"}, follow_redirects=True)
    assert "Wir schreiben dir ab jetzt auf Deutsch." in done.text
    assert "Schreibt mir auf Deutsch" not in done.text
    with stored() as session:
        assert session.get_one(Person, person).letters_language == "de"
    assert "Write to me in English" in phone.get(f"{own}?lang=en").text
    phone.post(f"{own}/language", data={"language": "en"})
    with stored() as session:
        assert session.get_one(Person, person).letters_language == "en"


def test_a_language_of_letters_is_ours_and_chosen_by_its_reader(
    hall: Hall, make_app: MakeApp
) -> None:
    person = hall.person("Ada Alpha", email="ada@example.org")
    own = f"/my/{hall.link(person)}/language"
    assert hall.phone().post(own, data={"language": "xx"}).status_code == 422
    assert hall.phone().post(own).status_code == 422
    assert hall.phone().get(own).status_code == 405
    assert hall.phone().post("/my/nobody/language", data={"language": "de"}).status_code == 404
    guarded = make_app().test_client()
    assert guarded.post(own, data={"language": "de"}).status_code in {400, 404}


def test_a_calendar_is_in_the_language_of_its_owners_letters(hall: Hall) -> None:
    person = hall.person("Ada Alpha", email="ada@example.org", letters_language="de")
    hall.puts(hall.shift(), person)
    feed = hall.phone().get(f"/feeds/{hall.feed(person)}.ics")
    assert "Messestände\\, Ada" in feed.text


def test_what_a_reader_causes_is_kept_for_staff_in_english(hall: Hall, stored: Stored) -> None:
    ada, bob = hall.person("Ada Alpha"), hall.person("Bob Beta", city="Denver")
    [place] = hall.puts(hall.shift(), ada)
    hall.puts(hall.shift(WEDNESDAY + timedelta(hours=2)), bob)
    phone = hall.phone(ada)
    phone.get(f"/s/{CODE}?lang=de")
    asked = phone.post(f"/my/{hall.link(ada)}/shifts/{place}/cover")
    assert asked.status_code == 303
    with stored() as session:
        [why] = session.scalars(select(CoverAsk.reason))
    assert "2 h so far" in why
