"""Questions at sign-up: asked once where staff want it, answered or not, read by staff alone."""

import csv
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from models import AuditEntry, Booth, SignUpAnswer
from models.staffing import QUESTIONS
from tests import pages
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.hall import SOL, Hall
from tests.views.planned import rows_of, sign_in_as, text_of, undo_of

ANSWERS = {
    "shirt": "M",
    "food": "no peanuts",
    "spoken": "English, Spanish",
    "ticket": "needs_ticket",
    "note_to_team": "I arrive by bike.",
}
HOSTILE = "=HYPERLINK(1)<script>alert(1)</script>\u202edne"


class Asking:
    """A booth that asks everything, with two shifts."""

    def __init__(self, app: Flask, stored: Stored) -> None:
        self.hall, self.stored = Hall(app, stored), stored
        self.first = self.hall.shift()
        self.second = self.hall.shift(WEDNESDAY.replace(hour=23))
        self.asks(*QUESTIONS)
        self.staff = sign_in_as(app, stored, self.hall.lead)
        self.path = f"/events/{self.hall.event}/booth/answers"

    def asks(self, *names: str) -> None:
        with self.stored() as session:
            session.execute(update(Booth).values(asked_at_sign_up=list(names)))

    def kept(self) -> list[dict[str, Any]]:
        with self.stored() as session:
            rows = session.scalars(select(SignUpAnswer).order_by(SignUpAnswer.id)).all()
            return [
                {"who": row.person_id} | {name: getattr(row, name) for name in QUESTIONS}
                for row in rows
            ]

    def mine(self, person: int) -> str:
        return f"/my/{self.hall.link(person)}/events/{self.hall.event}/answers"


@pytest.fixture
def asking(app: Flask, stored: Stored) -> Asking:
    return Asking(app, stored)


def names_in(text: str) -> set[str]:
    tree = pages.tree_of(text)
    fields = [one for kind in ("input", "select", "textarea") for one in tree.iter(kind)]
    return {one.get("name", "") for one in fields} & set(QUESTIONS)


def sent(**fields: str) -> dict[str, str]:
    return SOL | ANSWERS | fields


def test_nothing_is_asked_unless_staff_want_it(asking: Asking) -> None:
    asking.asks()
    phone = asking.hall.phone()
    page = phone.get(f"/s/{asking.hall.code}/shifts/{asking.first}")
    assert names_in(page.text) == set() and "The team would like" not in page.text
    assert asking.hall.take(phone, asking.first, sent()).status_code == 303
    assert asking.kept() == [] and "The team has a question" not in phone.get("/my/own").text


def test_staff_choose_what_is_asked_and_can_take_it_back(asking: Asking) -> None:
    done = asking.staff.post(asking.path, data={"asked": ["ticket", "shirt"]})
    assert done.status_code == 303
    address = f"/s/{asking.hall.code}/shifts/{asking.first}"
    page = asking.hall.phone().get(address)
    assert names_in(page.text) == {"shirt", "ticket"}
    assert "Only the staff of" in text_of(page) and "90 days after your last shift" in text_of(page)
    back = asking.staff.post(undo_of(asking.staff.get(asking.path)))
    assert back.status_code == 303
    assert names_in(asking.hall.phone().get(address).text) == set(QUESTIONS)
    odd = asking.staff.post(asking.path, data={"asked": ["password"]})
    assert odd.status_code == 422
    assert names_in(asking.hall.phone().get(address).text) == set(QUESTIONS)


def test_who_signs_up_is_asked_once_and_changes_it_on_my_shifts(asking: Asking) -> None:
    phone = asking.hall.phone()
    assert asking.hall.take(phone, asking.first, sent()).status_code == 303
    (row,) = asking.kept()
    assert {name: row[name] for name in QUESTIONS} == ANSWERS
    again = phone.get(f"/s/{asking.hall.code}/shifts/{asking.second}")
    several = phone.get(f"/s/{asking.hall.code}/several")
    assert names_in(again.text) == names_in(several.text) == set()
    forged = asking.hall.take(phone, asking.second, {"food": "everything"})
    assert forged.status_code == 303 and asking.kept() == [row]
    own = phone.get(asking.mine(row["who"]))
    assert names_in(own.text) == set(QUESTIONS) and "no peanuts" in own.text
    changed = phone.post(asking.mine(row["who"]), data=ANSWERS | {"food": "", "shirt": "no_shirt"})
    assert changed.status_code == 303
    (now,) = asking.kept()
    assert (now["food"], now["shirt"], now["spoken"]) == (None, "no_shirt", ANSWERS["spoken"])
    assert "Change what you told the team" in text_of(phone.get(changed.location))


def test_nobody_must_answer_and_my_shifts_asks_once_more(asking: Asking) -> None:
    phone = asking.hall.phone()
    done = asking.hall.take(phone, asking.first, SOL | dict.fromkeys(QUESTIONS, ""))
    assert done.status_code == 303 and asking.kept() == []
    assert "The team has a question" in text_of(phone.get(done.location))


def test_several_shifts_at_once_ask_too(asking: Asking) -> None:
    phone = asking.hall.phone()
    page = phone.get(f"/s/{asking.hall.code}/several")
    assert names_in(page.text) == set(QUESTIONS)
    key = pages.tree_of(page.text).find(".//input[@name='form_key']")
    assert key is not None
    done = phone.post(
        f"/s/{asking.hall.code}/several",
        data=sent(form_key=key.get("value", ""))
        | {"shift": [f"{asking.first}-0", f"{asking.second}-0"]},
    )
    assert done.status_code == 303
    assert [row["food"] for row in asking.kept()] == ["no peanuts"]


def test_when_somebody_can_come_asks_nothing(asking: Asking) -> None:
    page = asking.hall.phone().get(f"/s/{asking.hall.code}/times")
    assert page.status_code == 200 and names_in(page.text) == set()


@pytest.mark.parametrize(
    ("name", "words"),
    [("food", "x" * 201), ("note_to_team", "x" * 501), ("shirt", "9XL"), ("ticket", "perhaps")],
)
@pytest.mark.parametrize("where", ["shifts", "several", "mine"])
def test_what_cannot_be_kept_is_said_beside_its_field(
    asking: Asking, name: str, words: str, where: str
) -> None:
    phone = asking.hall.phone()
    if where == "shifts":
        refused = asking.hall.take(phone, asking.first, sent(**{name: words}))
    elif where == "several":
        data = sent(**{name: words}) | {"shift": f"{asking.first}-0"}
        refused = phone.post(f"/s/{asking.hall.code}/several", data=data)
    else:
        ada = asking.hall.person("Ada Alpha")
        refused = phone.post(asking.mine(ada), data=ANSWERS | {name: words})
    assert refused.status_code == 422 and f'id="{name}-wrong"' in refused.text
    assert "no peanuts" in refused.text or name == "food"
    assert asking.kept() == [] and asking.hall.states(asking.first) == {}


def test_a_stranger_with_somebodys_contact_answers_nothing_for_them(asking: Asking) -> None:
    assert asking.hall.take(asking.hall.phone(), asking.first, sent()).status_code == 303
    before = asking.kept()
    told = asking.hall.take(asking.hall.phone(), asking.first, sent(food="poison", shirt="XS"))
    assert told.status_code == 303 and asking.kept() == before
    data = sent(food="poison") | {"shift": f"{asking.first}-0"}
    page = asking.hall.phone()
    key = pages.tree_of(page.get(f"/s/{asking.hall.code}/several").text)
    found = key.find(".//input[@name='form_key']")
    assert found is not None
    again = page.post(
        f"/s/{asking.hall.code}/several", data=data | {"form_key": found.get("value", "")}
    )
    assert again.status_code == 303 and asking.kept() == before


def test_another_browser_that_takes_another_shift_answers_for_its_own_row(asking: Asking) -> None:
    asking.hall.take(asking.hall.phone(), asking.first, sent())
    (theirs,) = asking.kept()
    asking.hall.take(asking.hall.phone(), asking.second, sent(food="poison"))
    rows = {row["who"]: row for row in asking.kept()}
    assert rows.pop(theirs["who"]) == theirs
    assert [row["food"] for row in rows.values()] == ["poison"]


def test_a_refused_sign_up_keeps_no_answer_and_what_was_typed(asking: Asking) -> None:
    bob = asking.hall.person("Bob Beta")
    full = asking.hall.shift(max_people=1)
    asking.hall.puts(full, bob)
    page = asking.hall.phone().get(f"/s/{asking.hall.code}/shifts/{full}")
    assert names_in(page.text) == set(QUESTIONS)
    phone = asking.hall.phone()
    refused = phone.post(f"/s/{asking.hall.code}/shifts/{full}", data=sent(form_key="k" * 43))
    assert refused.status_code == 409 and "no peanuts" in refused.text
    assert asking.kept() == []


def test_the_link_of_another_and_a_booth_that_asks_nothing_open_nothing(asking: Asking) -> None:
    ada = asking.hall.person("Ada Alpha")
    phone = asking.hall.phone()
    assert phone.get(f"/my/{'x' * 43}/events/{asking.hall.event}/answers").status_code == 404
    assert phone.put(asking.mine(ada)).status_code == 405
    asking.asks()
    assert phone.get(asking.mine(ada)).status_code == 404
    assert phone.post(asking.mine(ada), data=ANSWERS).status_code == 404
    assert asking.kept() == []


class TestStaff:
    """What staff read, and nobody else."""

    @pytest.fixture
    def full(self, asking: Asking) -> Asking:
        asking.hall.take(asking.hall.phone(), asking.first, sent(food=HOSTILE))
        ana = asking.hall.person("Ana Aguilar")
        asking.hall.puts(asking.first, ana)
        asking.hall.phone().post(asking.mine(ana), data={"shirt": "no_shirt"})
        asking.hall.puts(asking.second, asking.hall.person("Bob Beta"))
        return asking

    def test_a_table_says_who_answered_what_and_counts(self, full: Asking) -> None:
        page = full.staff.get(full.path)
        said = text_of(page)
        assert "Shirts: 1 × M, 1 want none and 1 have not said." in said
        assert "Tickets: 1 needed and 2 have not said." in said
        cells = [
            ["".join(cell.itertext()).strip() for cell in row]
            for row in pages.tree_of(page.text).findall(".//tbody/tr")
        ]
        assert cells[0] == ["Ana Aguilar", "none wanted", "", "", "", ""]
        assert cells[2][:2] == ["Sol Sample", "M"] and cells[2][4] == "needs one"
        assert "<script>alert" not in page.text and "\u202e" not in page.text

    def test_a_spreadsheet_runs_nothing(self, full: Asking) -> None:
        answer = full.staff.get(f"{full.path}.csv")
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert rows[0] == ["person", "shirt", "food", "spoken", "ticket", "note to team"]
        assert rows[3][2].startswith("'=HYPERLINK(1)") and "\u202e" not in answer.text
        assert len(rows) == 4

    def test_only_what_is_asked_is_shown(self, full: Asking) -> None:
        full.asks("ticket")
        for address in (full.path, f"{full.path}.csv"):
            assert "HYPERLINK" not in full.staff.get(address).text

    @pytest.mark.parametrize("address", ["", ".csv"])
    def test_neither_leads_nor_others_read_it(
        self, full: Asking, app: Flask, stored: Stored, address: str
    ) -> None:
        lead = _lead(full, app, stored)
        assert lead.get(f"/events/{full.hall.event}/roster").status_code == 200
        assert lead.get(f"{full.path}{address}").status_code in (403, 404)
        assert app.test_client().get(f"{full.path}{address}").status_code in (302, 303)
        assert "Questions at sign-up" not in lead.get(f"/events/{full.hall.event}/booth").text

    def test_the_desk_list_says_who_needs_a_ticket_to_staff_alone(
        self, full: Asking, app: Flask, stored: Stored
    ) -> None:
        desk = f"/events/{full.hall.event}/roster/desk"
        assert "needs one" in full.staff.get(desk).text
        lead = _lead(full, app, stored).get(desk)
        assert lead.status_code == 200 and "needs one" not in lead.text
        assert "HYPERLINK" not in full.staff.get(desk).text
        full.asks("food")
        assert "needs one" not in full.staff.get(desk).text

    def test_the_history_keeps_no_word_of_it(self, full: Asking) -> None:
        full.staff.post(full.path, data={"asked": ["food"]})
        with full.stored() as session:
            lines = [str(line.detail) for line in session.scalars(select(AuditEntry))]
        assert lines and not [line for line in lines if "HYPERLINK" in line]
        assert rows_of(full.stored)["sign_up_answer"]


def _lead(asking: Asking, app: Flask, stored: Stored) -> FlaskClient:
    """Return the browser of somebody who leads the event and is not of staff."""
    with stored() as session:
        from models import TeamMember

        cy = asking.hall.person("Cy Gamma")
        session.add(TeamMember(event_id=asking.hall.event, person_id=cy, is_lead=True))
    return sign_in_as(app, stored, cy)
