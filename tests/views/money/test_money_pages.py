"""The pages about money: each step by hand, bad input beside its field, nothing half saved."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models import Event, Foundation, MoneyLine, MoneyRequest, Person
from outreach.planning.money.requests import AskedLine
from outreach.staffing.volunteers import personal_links
from tests import cast, pseudo
from tests.cast import NOW
from tests.conftest import CountQueries, Stored
from tests.outreach.planning.money.desk import Desk, usd
from tests.sign_ins import count_rows
from tests.views.planned import Owned, rows_of, sign_in_as, text_of, undo_of

LINES = {"what_0": "Flight", "estimated_0": "610", "payer_0": "traveller"}
LINES |= {f"payer_{number}": "traveller" for number in (1, 2, 3)} | {"travel_thirds": "0"}

RULES = {"ask_days": "21", "claim_days": "30", "advance_days": "7", "per_diem": "50",
         "request_cap": "", "trip_cap": "", "season_cap": "12000 USD"}  # fmt: skip


@pytest.fixture
def goes(stored: Stored, owned: Owned) -> Owned:
    """Let the volunteer go to both events."""
    with stored() as session:
        kim = session.get_one(Person, owned.volunteer)
        for number in (owned.osd, owned.event):
            cast.name_person(session, session.get_one(Event, number), kim)
    return owned


@pytest.fixture
def token(app: Flask, stored: Stored, goes: Owned) -> str:
    with stored() as session:
        kim = session.get_one(Person, goes.volunteer)
        return personal_links.copy(session, kim, app.config["SECRET_KEY"], NOW)


Send = Callable[..., TestResponse]


def hidden(page: TestResponse, address: str) -> dict[str, str]:
    """Return what the form that goes to an address would send unchanged."""
    form = re.search(rf'action="{address}"(.*?)</form>', page.text, re.DOTALL)
    assert form is not None, f"{address}: {text_of(page)}"
    return {
        found[1]: found[2]
        for found in re.finditer(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form[1])
    } | {found[1]: "" for found in re.finditer(r'<select[^>]* name="([^"]+)"', form[1])}


def press(client: FlaskClient, page: str, word: str, **typed: str) -> TestResponse:
    """Send the form of a step as it stands, with what is typed into it."""
    address = f"{page}/{word}"
    given = hidden(client.get(page), address) | {f"{word}-{key}": one for key, one in typed.items()}
    return client.post(address, data=given, follow_redirects=True)


def state_of(stored: Stored) -> str:
    with stored() as session:
        return session.scalars(select(MoneyRequest.state)).one()


def test_a_request_from_the_first_tap_to_the_last(
    app: Flask, stored: Stored, goes: Owned, token: str, staff: FlaskClient
) -> None:
    phone, mine = app.test_client(), f"/my/{token}/trips"
    page = phone.get(mine)
    assert "Open Source Days" in page.text and "SIGGRAPH" in page.text
    (ask,) = re.findall(r'href="([^"]+/trips/ask/\d+)"', page.text)
    answer = phone.post(ask, data=LINES, follow_redirects=True)
    assert "610 USD is asked for, and nobody has approved it yet." in text_of(answer)
    own, theirs = f"{mine}/1", "/money/1"
    answer = press(staff, theirs, "approve", approved_0="600", advance="100 USD",
                   approval_link="https://ticket.example/7")  # fmt: skip
    assert "600 USD is approved, and not accepted yet." in text_of(answer)
    assert "Approved by Ada Ours on 25 July 2024." in text_of(phone.get(own))
    press(phone, own, "accept")
    assert "advance of 100 USD goes back by 8 August 2024" in text_of(phone.get(own))
    kept = press(phone, own, "spend", spent_0="589.5")
    assert state_of(stored) == "accepted" and 'value="589.50 USD"' in kept.text
    answer = press(phone, own, "spend", hand_in="1")
    assert answer.status_code == 422
    assert "Say whether you have a receipt for “Flight”." in text_of(answer)
    assert 'value="589.50 USD"' in answer.text
    press(phone, own, "spend", has_receipt_0="yes", hand_in="1")
    answer = press(staff, theirs, "settle")
    assert "589.50 USD is settled." in text_of(answer)
    assert "The traveller gets 489.50 USD." in text_of(phone.get(own))
    assert state_of(stored) == "settled"


def test_each_step_has_its_undo(app: Flask, stored: Stored, token: str, staff: FlaskClient) -> None:
    phone, own = app.test_client(), f"/my/{token}/trips/1"
    phone.post(f"/my/{token}/trips/ask/1", data=LINES)
    staff.post(undo_of(press(staff, "/money/1", "approve")))
    assert state_of(stored) == "wanted"
    press(staff, "/money/1", "approve")
    phone.set_cookie("whereabouts-mine", token)
    answer = press(phone, own, "accept")
    (undo,) = re.findall(r'action="(/history/\d+/take-back)"', answer.text)
    answer = phone.post(undo, follow_redirects=True)
    assert answer.status_code == 200 and "Undone" in text_of(answer)
    assert state_of(stored) == "approved"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"estimated_0": "1.2.3"}, "“1.2.3” is no amount of USD"),
        ({"estimated_0": "lots"}, "“lots” is no amount"),
        ({"estimated_0": "5 kr"}, "may be SEK or another currency"),
        ({"estimated_0": "-5"}, "not below zero"),
        ({"what_0": ""}, "Say what it is for."),
        ({"what_0": "", "estimated_0": ""}, "a line is enough"),
        ({"what_0": "x" * 121}, "Keep it under 120 characters."),
        ({"leaves_on": "2024-07-28", "returns_on": "2024-07-27"}, "before you leave"),
        ({"leaves_on": "soon"}, "Write a day like 2024-07-28."),
        ({"payer_0": "the bank"}, "Not a valid choice"),
    ],
)
def test_bad_input_is_kept_with_its_sentence(
    app: Flask, stored: Stored, token: str, staff: FlaskClient, goes: Owned, typed: dict[str, str],
    sentence: str,
) -> None:  # fmt: skip
    for client, path in (
        (app.test_client(), f"/my/{token}/trips/ask/{goes.event}"),
        (staff, f"/events/{goes.event}/money/{goes.volunteer}"),
    ):
        answer = (
            client.post(path, data=LINES | {"what_1": "Bus"} | typed)
            if (typed.get("what_0") != "" or typed.get("estimated_0"))
            else client.post(path, data=LINES | typed)
        )
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert all(value in answer.text for value in typed.values() if value != "the bank")
    assert count_rows(stored, MoneyRequest) == count_rows(stored, MoneyLine) == 0


@pytest.mark.parametrize(
    ("word", "typed", "sentence"),
    [
        ("approve", {"approved_0": "611"}, "more than the 610 USD that was asked for"),
        ("approve", {"approved_0": ""}, "Give an amount; 0 is one."),
        ("approve", {"approved_0": "x"}, "is no amount"),
        ("approve", {"advance": "611"}, "An advance is at most"),
        ("approve", {"approval_link": "ticket 7"}, "starts with http"),
        ("withdraw", {"reason": ""}, "Say why not"),
        ("withdraw", {"reason": "x" * 301}, "Keep it under 300"),
    ],
)
def test_a_refused_step_changes_nothing(
    stored: Stored, staff: FlaskClient, goes: Owned, word: str, typed: dict[str, str],
    sentence: str,
) -> None:  # fmt: skip
    staff.post(f"/events/{goes.event}/money/{goes.volunteer}", data=LINES)
    before = rows_of(stored)
    answer = press(staff, "/money/1", word, **typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert all(value in answer.text for value in typed.values())
    assert rows_of(stored) == before


def test_a_rate_is_asked_for_where_one_is_missing(
    stored: Stored, staff: FlaskClient, goes: Owned
) -> None:
    given = LINES | {"estimated_0": "200 EUR"}
    staff.post(f"/events/{goes.event}/money/{goes.volunteer}", data=given)
    assert "EUR has no rate here" in text_of(staff.get("/money/1"))
    for typed, sentence in (
        ({"currency": "EUR", "value": "1,1", "dated": ""}, "Give the day on which"),
        ({"currency": "euro", "value": "1.1", "dated": "2024-07-01"}, "is no currency"),
        ({"currency": "EUR", "value": "1.1", "dated": "2024-07-26"}, "a day that has come"),
        ({"currency": "EUR", "value": "-", "dated": "2024-07-01"}, "like 1.0842"),
    ):
        answer = press(staff, "/money/1", "rate", **typed)
        assert answer.status_code == 422 and sentence in text_of(answer)
    answer = press(staff, "/money/1", "rate", currency="EUR", value="1.1", dated="2024-07-01")
    assert "220 USD is asked for" in text_of(answer)
    assert "1 EUR = 1.1 USD on 1 July 2024." in text_of(answer)


def test_who_changed_it_meanwhile_is_not_overwritten(
    staff: FlaskClient, app: Flask, goes: Owned, token: str
) -> None:
    phone = app.test_client()
    phone.post(f"/my/{token}/trips/ask/{goes.event}", data=LINES)
    seen = hidden(staff.get("/money/1"), "/money/1/approve")
    change = f"/my/{token}/trips/1/change"
    version = re.search(r'name="version"[^>]*value="(\d+)"', phone.get(change).text)
    assert version is not None
    phone.post(change, data=LINES | {"estimated_0": "700", "version": version[1]})
    answer = staff.post("/money/1/approve", data=seen)
    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile." in text_of(answer)
    many = {f"what_{number}": f"Thing {number}" for number in range(9)}
    many |= {f"payer_{number}": "traveller" for number in range(9)}
    answer = phone.post(change, data=LINES | many | {"version": version[1]})
    assert answer.status_code == 409
    assert all(f'value="Thing {number}"' in answer.text for number in range(9))


class TestStrangers:
    def test_a_request_is_its_travellers_and_staffs(
        self, app: Flask, stored: Stored, token: str, goes: Owned, staff: FlaskClient,
        volunteer: FlaskClient, theirs: Owned,
    ) -> None:  # fmt: skip
        staff.post(f"/events/{goes.event}/money/{goes.staff}", data=LINES)
        phone, before = app.test_client(), rows_of(stored)
        other = sign_in_as(app, stored, theirs.staff)
        paths = ["/money/1", "/money/1/change", f"/events/{goes.event}/money/{goes.volunteer}"]
        for client, addresses in (
            (phone, [f"/my/{token}/trips/1", f"/my/{token}/trips/1/change"]),
            (other, paths),
            (volunteer, [*paths, "/money", "/money.csv", "/money/paste", "/money/rules"]),
        ):
            for address in addresses:
                assert client.get(address).status_code == 404, address
        for client, address in (
            (phone, f"/my/{token}/trips/1/withdraw"),
            (phone, f"/my/{token}/trips/ask/999"),
            (other, "/money/1/withdraw"),
            (volunteer, "/money/1/withdraw"),
        ):
            assert client.post(address, data=LINES).status_code == 404
        assert rows_of(stored) == before

    def test_nobody_approves_or_settles_their_own_by_their_link(
        self, app: Flask, token: str, goes: Owned
    ) -> None:
        phone, own = app.test_client(), f"/my/{token}/trips"
        phone.post(f"{own}/ask/{goes.event}", data=LINES)
        for word in ("approve", "settle", "nonsense"):
            assert phone.post(f"{own}/1/{word}", data={}).status_code == 404

    def test_only_what_one_goes_to_can_be_asked_for(
        self, app: Flask, stored: Stored, token: str, goes: Owned
    ) -> None:
        with stored() as session:
            ours = session.get_one(Foundation, goes.foundation)
            far = cast.add_event(session, ours, "Elsewhere", date(2024, 9, 1)).id
        answer = app.test_client().get(f"/my/{token}/trips/ask/{far}")
        assert answer.status_code == 404

    def test_no_page_asks_for_a_bank_account(
        self, app: Flask, token: str, goes: Owned, staff: FlaskClient
    ) -> None:
        phone = app.test_client()
        phone.post(f"/my/{token}/trips/ask/{goes.event}", data=LINES)
        pages = [phone.get(f"/my/{token}/trips/1"), phone.get(f"/my/{token}/trips/1/change"),
                 staff.get("/money/1")]  # fmt: skip
        for page in pages:
            assert not re.search(r'name="[^"]*(bank|iban|account|passport)', page.text, re.I)


def test_somebody_signed_in_has_the_same_pages(volunteer: FlaskClient, goes: Owned) -> None:
    assert "Ask for travel money" in text_of(volunteer.get("/my/own/trips"))
    answer = volunteer.post(f"/my/own/trips/ask/{goes.event}", data=LINES, follow_redirects=True)
    assert "610 USD is asked for" in text_of(answer)
    assert "data-undo" in answer.text or "take-back" in answer.text


def test_the_list_and_the_spreadsheet(stored: Stored, staff: FlaskClient, goes: Owned) -> None:
    assert "Nobody has asked for money yet." in text_of(staff.get("/money"))
    given = LINES | {"what_0": "=HYPERLINK(1)", "what_1": "Visa", "payer_1": "employer"}
    staff.post(f"/events/{goes.event}/money/{goes.volunteer}", data=given)
    page = text_of(staff.get("/money"))
    assert "One request, one waits for a yes." in page and "not approved yet" in page
    text = staff.get("/money.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["line"], row["payer"], row["estimated"]) for row in rows] == [
        ("'=HYPERLINK(1)", "traveller", "610.00"), ("Visa", "employer", ""),
    ]  # fmt: skip
    assert {row["state"] for row in rows} == {"not approved yet"}


def test_three_requests_ask_no_more_than_one(
    app: Flask, stored: Stored, count_queries: CountQueries
) -> None:
    with stored() as session:
        desk = Desk(session)
        desk.ask(AskedLine("Flight", estimated=usd(1)))
        staff_id = desk.ada.id
    client = sign_in_as(app, stored, staff_id)
    counts = []
    for more in (0, 2):
        with stored() as session:
            for number in range(more):
                _add_another(session, number)
        client.get("/money")
        with count_queries() as queries:
            client.get("/money")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


def _add_another(session: Any, number: int) -> None:
    ours = session.scalars(select(Foundation).where(Foundation.slug == "ours")).one()
    request = MoneyRequest(
        foundation_id=ours.id, currency="USD", asked_on=NOW.date(), changed_at=NOW
    )
    session.add(request)
    session.flush()
    session.add_all(MoneyLine(request_id=request.id, what=f"{number}{line}") for line in range(3))


class TestRules:
    def test_they_are_set_and_taken_back(self, stored: Stored, staff: FlaskClient) -> None:
        answer = staff.post("/money/rules", data=RULES, follow_redirects=True)
        assert 'value="12000.00 USD"' in answer.text
        assert "of 12,000 USD" in text_of(staff.get("/money"))
        staff.post(undo_of(answer))
        with stored() as session:
            assert session.scalars(select(Foundation.money_rules)).all() == [{}]

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"ask_days": "x"}, "Give a whole number from 0 to 365."),
            ({"claim_days": "731"}, "Give a whole number from 0 to 730."),
            ({"per_diem": "50 EUR"}, "A rule is in USD"),
            ({"season_cap": "much"}, "is no amount"),
        ],
    )
    def test_what_cannot_be(
        self, stored: Stored, staff: FlaskClient, typed: dict[str, str], sentence: str
    ) -> None:
        answer = staff.post("/money/rules", data=RULES | typed)
        assert answer.status_code == 422 and sentence in text_of(answer)
        assert all(value in answer.text for value in typed.values())


def test_a_travellers_pages_say_nothing_in_another_language(
    app: Flask, stored: Stored, staff: FlaskClient, token: str, goes: Owned
) -> None:
    phone, own = app.test_client(), f"/my/{token}/trips"
    staff.post("/money/rules", data=RULES)
    given = LINES | {"estimated_0": "9 EUR", "what_0": "α", "what_1": "β"}
    days = {"leaves_on": "2024-07-27", "returns_on": "2024-08-02", "travel_thirds": "1"}
    with stored() as session:
        pseudo.in_greek(session)
    pages = []
    with pseudo.spoken():
        pages += [phone.get(own), phone.get(f"{own}/ask/{goes.event}")]
        pages += [phone.post(f"{own}/ask/{goes.event}", data=LINES | {"what_0": ""})]
        phone.post(f"{own}/ask/{goes.event}", data=given | days)
        pages += [phone.get(own), phone.get(f"{own}/1"), phone.get(f"{own}/1/change")]
    for state in ("approved", "accepted", "spent", "settled", "withdrawn"):
        with stored() as session:
            request = session.scalars(select(MoneyRequest)).one()
            request.state, request.advance = state, 5
            request.approved_on = request.withdrawn_on = NOW.date()
            request.approved_by_id = goes.staff
            for line in session.scalars(select(MoneyLine)):
                line.spent, line.spent_in, line.has_receipt = 5000, "USD", False
        with pseudo.spoken():
            pages.append(phone.get(f"{own}/1"))
    known = pseudo.OURS | {"USD", "EUR"}
    for page in pages:
        assert page.status_code in (200, 422)
        assert pseudo.untranslated_in(page.text) - known == set()
