"""A changed person: the way back, the home that is chosen, what is computed again, removal."""

import re

import pytest
from flask.testing import FlaskClient

from models import Person
from tests.conftest import Stored
from tests.views.planned import Owned

LIN = {"name": "Lin Ours", "email": "lin@example.org", "role": "volunteer"}


def edit(staff: FlaskClient, owned: Owned, **change: object) -> str:
    """Change the volunteer; return the page's way back."""
    path = f"/people/{owned.volunteer}/edit"
    seen = {"version": version_of(staff.get(path).text)}
    page = staff.post(path, data=LIN | seen | change, follow_redirects=True)
    return re.findall(r'action="(/history/[^"]+)"', page.text)[-1]


def version_of(page: str) -> str:
    return re.findall(r'name="version"[^>]* value="(\d+)"', page)[0]


def lin(stored: Stored, owned: Owned) -> Person:
    with stored() as session:
        return session.get_one(Person, owned.volunteer)


def test_undo_and_when_it_is_too_late(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    back = edit(staff, owned, city="Denver, CO")
    assert lin(stored, owned).latitude is not None
    assert staff.post(back).status_code == 303
    assert (lin(stored, owned).city, lin(stored, owned).latitude) == (None, None)
    assert "taken back already" in staff.post(back, follow_redirects=True).text


def test_a_home_is_offered_and_stays_chosen(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    edit(staff, owned, city="Springfield")
    path = f"/people/{owned.volunteer}"
    assert "Which Springfield?" in staff.get(path).text
    for wrong in ("", "0", "Denver|CO|United States"):
        assert staff.post(f"{path}/place", data={"place": wrong}).status_code == 422
    given = {"place": "Springfield|IL|United States", "version": "2"}
    stale = staff.post(f"{path}/place", data=given | {"version": "1"})
    assert "Somebody else changed this meanwhile" in stale.text
    assert staff.post(f"{path}/place", data=given).status_code == 303
    north = lin(stored, owned).latitude
    assert north == pytest.approx(39.8, abs=0.1)
    edit(staff, owned, city="Springfield", country="United States", languages="en")
    assert lin(stored, owned).latitude == north


def test_only_what_feels_it_is_computed_again(
    staff: FlaskClient, owned: Owned, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []
    following = "outreach.planning.following"
    monkeypatch.setattr(f"{following}.refresh_foundation", lambda *_: done.append("all"))
    monkeypatch.setattr(f"{following}.refresh_segments", lambda *one: done.append(set(one[2])))
    edit(staff, owned, languages="en")
    assert done == []
    edit(staff, owned, city="Denver, CO")
    assert done == ["all"]
    edit(staff, owned, city="Denver, CO", segments=[owned.segment])
    assert done == ["all", {owned.segment}]


def test_removal_asks_first_and_spares_oneself(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    path = f"/people/{owned.volunteer}"
    assert f"{path}/remove" in staff.get(path).text
    assert "no way back" in staff.get(f"{path}/remove").text
    assert staff.post(f"{path}/remove").status_code == 303
    assert staff.get(path).status_code == 404
    assert staff.post(f"/people/{owned.staff}/remove").status_code == 422


def test_two_who_edit_at_once_lose_nothing(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    """The second sees what is there now beside what was typed, and may put theirs over it."""
    path = f"/people/{owned.volunteer}/edit"
    opened = version_of(staff.get(path).text)
    edit(staff, owned, phone="+1 303 555 0100")
    late = LIN | {"version": opened, "phone": "", "skills": "First aid, forklift"}
    answer = staff.post(path, data=late)
    assert answer.status_code == 409
    assert "Now: “+1 303 555 0100”." in answer.text
    assert "First aid, forklift" in answer.text
    assert lin(stored, owned).phone == "+1 303 555 0100"
    again = staff.post(path, data=late | {"version": version_of(answer.text)})
    assert again.status_code == 303
    assert (lin(stored, owned).phone, lin(stored, owned).skills) == (
        None,
        ["first aid", "forklift"],
    )


@pytest.mark.parametrize(
    ("typed", "kept"), [("call me", False), ("1234", False), ("+49 (30) 555/01-23", True)]
)
def test_a_telephone_is_made_of_digits(staff: FlaskClient, typed: str, kept: bool) -> None:
    answer = staff.post("/people/new", data={"name": "Bo", "role": "volunteer", "phone": typed})
    assert (answer.status_code == 303) is kept
    assert kept or "Write digits" in answer.text
