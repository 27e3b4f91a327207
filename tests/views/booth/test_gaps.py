"""What still misses somebody, within another site: the same for everybody, and names nobody."""

from typing import Any

import pytest
from flask import Flask

from tests import pages
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.hall import CODE, Hall

GAPS = f"/s/{CODE}/gaps"


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


def test_it_shows_what_misses_somebody_and_leads_out_of_the_frame(hall: Hall) -> None:
    ada, bob = hall.person("Ada Alpha"), hall.person("Bob Beta")
    short, full = hall.shift(), hall.shift(WEDNESDAY.replace(hour=21))
    hall.puts(short, ada)
    hall.puts(full, ada, bob)
    page = hall.phone().get(GAPS).text
    tree = pages.tree_of(page)
    links = list(tree.iter("a"))
    assert [one.get("target") for one in links] == ["_top", "_top"]
    assert f"/s/{CODE}/shifts/{short}" in str(links[0].get("href"))
    assert "1 of 2" in pages.says(tree)
    assert not [one for one in tree.iter() if one.tag in {"form", "script", "button", "input"}]
    assert "Ada" not in page and "Bob" not in page


@pytest.mark.parametrize(
    ("crew", "said"),
    [
        ({"rules": {"opens_days_before": 2}}, "Sign-up opens on Fri 26 Jul, 00:00."),
        ({"decided": "cancelled"}, "We do not go to SIGGRAPH."),
    ],
)
def test_it_says_why_nothing_can_be_taken(
    app: Flask, stored: Stored, crew: dict[str, Any], said: str
) -> None:
    hall = Hall(app, stored, **crew)
    shift = hall.shift()
    page = hall.phone().get(GAPS).text
    assert said in page and f"/shifts/{shift}" not in page


def test_any_site_may_frame_it_and_nothing_else(hall: Hall) -> None:
    framed = hall.phone().get(GAPS).headers
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "form-action 'none'" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    for path in (f"/s/{CODE}", "/s/zzzzzzzz/gaps", f"/s/{CODE}/several"):
        headers = hall.phone().get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert headers["X-Frame-Options"] == "DENY", path


def test_it_is_one_page_for_all_that_caches_may_keep(hall: Hall) -> None:
    shift = hall.shift()
    ada = hall.person("Ada Alpha")
    stranger, known = hall.phone().get(GAPS), hall.phone(ada).get(f"{GAPS}?lang=en")
    assert stranger.data == known.data
    assert "Set-Cookie" not in stranger.headers and "Set-Cookie" not in known.headers
    assert stranger.headers["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in stranger.headers["Vary"]
    same = {"If-None-Match": stranger.headers["ETag"]}
    again = hall.phone().get(GAPS, headers=same)
    assert again.status_code == 304 and "X-Frame-Options" not in again.headers
    hall.puts(shift, ada)
    assert hall.phone().get(GAPS, headers=same).status_code == 200


def test_a_link_chooses_its_language_and_keeps_nothing(hall: Hall) -> None:
    answer = hall.phone().get(f"{GAPS}?lang=de")
    assert pages.tree_of(answer.text).get("lang") == "de"
    assert "Set-Cookie" not in answer.headers
