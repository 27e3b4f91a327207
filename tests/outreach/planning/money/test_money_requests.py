"""Requests for money: what adds up is kept, what does not is refused with a sentence."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import MoneyLine, MoneyRequest, MoneyStop
from outreach.accounts import history
from outreach.amounts.money import Money, Total
from outreach.costs.sums import held_by, left_to_pay, rates_of, sum_at, wanted_by
from outreach.planning.decisions.decisions import decide
from outreach.planning.money import requests
from outreach.planning.money.caps import find_caps, season_cap
from outreach.planning.money.loading import list_journeys
from outreach.planning.money.requests import Asked, AskedLine, SpentLine
from outreach.planning.money.rules import MoneyRules, rules_of, set_rules
from outreach.planning.money.season_sums import read_season
from outreach.refusal import ChangedMeanwhile, Refused
from tests import cast
from tests.cast import NOW, REAL, TODAY
from tests.outreach.planning.money.desk import Desk, eur, usd
from tests.outreach.staffing.crew import WEDNESDAY

FLIGHT, HOTEL = AskedLine("Flight", estimated=usd(400)), AskedLine("Hotel", estimated=eur(200))


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


class TestAsking:
    def test_one_request_is_for_all_events_of_the_trip(self, desk: Desk) -> None:
        request = desk.ask()
        assert [event.name for event in request.events] == ["Open Source Days", "SIGGRAPH"]
        assert (request.state, request.currency) == ("wanted", "USD")
        with pytest.raises(Refused, match="asked for already"):
            requests.ask(desk.doing(), desk.kim, desk.osd, Asked((FLIGHT,)))

    def test_the_database_keeps_a_second_one_out(self, desk: Desk, session: Session) -> None:
        desk.ask()
        other = desk.ask(person=desk.ada)
        session.add(MoneyStop(request_id=other.id, event_id=desk.osd.id, person_id=desk.kim.id))
        with pytest.raises(IntegrityError):
            session.flush()

    def test_no_money_for_what_we_do_not_go_to(self, desk: Desk, session: Session) -> None:
        decide(session, desk.ours, [desk.event], "cancelled", "", desk.ada, TODAY, REAL)
        with pytest.raises(Refused, match="do not go there"):
            requests.ask(desk.doing(), desk.kim, desk.event, Asked((FLIGHT,)))

    @pytest.mark.parametrize(
        ("asked", "field", "sentence"),
        [
            ({"lines": ()}, "what_0", "a line is enough"),
            ({"lines": (FLIGHT,) * 21}, None, "at most 20 lines"),
            ({"leaves_on": date(2024, 7, 28), "returns_on": date(2024, 7, 27)}, "returns_on",
             "before you leave"),
            ({"travel_thirds": 1, "leaves_on": date(2024, 7, 28)}, "leaves_on", "both days"),
            ({"leaves_on": date(2023, 7, 28)}, "leaves_on", "too far"),
            ({"returns_on": date(2024, 10, 28)}, "leaves_on", "too far"),
            ({"travel_thirds": 1, "leaves_on": TODAY, "returns_on": TODAY}, "travel_thirds",
             "No per-diem"),
        ],
    )  # fmt: skip
    def test_what_cannot_be(
        self, desk: Desk, asked: dict[str, Any], field: str | None, sentence: str
    ) -> None:
        with pytest.raises(Refused, match=sentence) as refused:
            requests.ask(desk.doing(), desk.kim, desk.event, Asked(**{"lines": (FLIGHT,)} | asked))
        assert refused.value.field == field

    @pytest.mark.parametrize(("thirds", "cents"), [(1, 5 * 5000 + 3333), (2, 31667), (3, 35000)])
    def test_the_per_diem_is_reckoned_from_the_days(
        self, desk: Desk, thirds: int, cents: int
    ) -> None:
        """Seven days, two of them on the way."""
        desk.set(per_diem=5000)
        request = desk.ask(
            FLIGHT, leaves_on=date(2024, 7, 27), returns_on=date(2024, 8, 2), travel_thirds=thirds
        )
        assert [(one.what, one.estimated) for one in request.lines] == [
            ("Flight", 40000), ("Per-diem", cents),
        ]  # fmt: skip
        requests.change(desk.doing(), request, request.version, Asked((HOTEL,)))
        assert [(one.what, one.is_per_diem, one.estimated_in) for one in request.lines] == [
            ("Hotel", False, "EUR")
        ]

    def test_a_day_there_and_back_is_one_day(self, desk: Desk) -> None:
        desk.set(per_diem=5000)
        day = date(2024, 7, 28)
        request = desk.ask(leaves_on=day, returns_on=day, travel_thirds=2)
        assert request.lines[1].estimated == 3333

    def test_who_looked_at_an_older_version_is_told(self, desk: Desk) -> None:
        request = desk.ask()
        seen = request.version
        requests.change(desk.doing(), request, seen, Asked((FLIGHT, HOTEL)))
        with pytest.raises(ChangedMeanwhile):
            requests.accept(desk.doing(), request, seen)

    def test_an_amount_that_is_not_known_yet_is_kept_so(self, desk: Desk) -> None:
        request = desk.ask(AskedLine("Visa"), FLIGHT)
        assert wanted_by(request) == Total(usd(400))
        with pytest.raises(Refused, match="“Visa” has no amount"):
            desk.step(request, "approved")


class TestAnswering:
    def test_a_yes_has_a_name_a_day_and_a_link(self, desk: Desk) -> None:
        request = desk.ask()
        requests.approve(
            desk.doing(), request, request.version, [usd(600)], "https://x.example", usd(100)
        )
        assert (request.approved_by_id, request.approved_on) == (desk.ada.id, TODAY)
        assert (request.approval_link, request.advance) == ("https://x.example", 10000)
        assert held_by(request) == Total(usd(600))
        assert wanted_by(request) == Total(usd(0))

    @pytest.mark.parametrize(
        ("approved", "advance", "sentence"),
        [
            (usd(610.01), None, "610.01 USD is more than the 610 USD that was asked for"),
            (eur(1), None, "two currencies: give their rate"),
            (usd(600), usd(600.01), "at most the 600 USD that is approved"),
            (usd(600), eur(1), "at most the 600 USD"),
        ],
    )
    def test_what_does_not_add_up_is_not_approved(
        self, desk: Desk, approved: Money, advance: Money | None, sentence: str
    ) -> None:
        request = desk.ask()
        with pytest.raises(Refused, match=sentence):
            requests.approve(desk.doing(), request, request.version, [approved], None, advance)

    def test_two_currencies_need_a_rate(self, desk: Desk) -> None:
        request = desk.ask(FLIGHT, HOTEL)
        assert wanted_by(request) == Total(usd(400), (eur(200),))
        give = (desk.doing(), request)
        requests.give_rate(*give, request.version, "eur", "1,0842", TODAY)
        assert wanted_by(request) == Total(usd(616.84))
        requests.give_rate(*give, request.version, "EUR", "1.1", TODAY)
        assert [rate.value for rate in rates_of(request).values()] == [Decimal("1.1")]
        for currency, value, day, sentence in (
            ("USD", "1", TODAY, "in USD already"),
            ("QQQ", "1", TODAY, "no currency"),
            ("EUR", "0", TODAY, "like 1.0842"),
            ("EUR", "-1", TODAY, "like 1.0842"),
            ("EUR", "1e5", TODAY, "like 1.0842"),
            ("EUR", "nan", TODAY, "like 1.0842"),
            ("EUR", "1.2.3", TODAY, "like 1.0842"),
            ("EUR", "", TODAY, "like 1.0842"),
            ("EUR", "1" * 17, TODAY, "like 1.0842"),
            ("EUR", "1", TODAY + timedelta(days=1), "day that has come"),
        ):
            with pytest.raises(Refused, match=sentence):
                requests.give_rate(*give, request.version, currency, value, day)

    def test_a_no_has_a_reason_and_ones_own_needs_none(self, desk: Desk) -> None:
        request = desk.ask()
        for reason, sentence in (("", "Say why not"), ("x" * 301, "under 300")):
            with pytest.raises(Refused, match=sentence):
                requests.withdraw(desk.doing(), request, request.version, reason)
        requests.withdraw(desk.doing(), request, request.version, " too \n late ")
        assert (request.state, request.reason) == ("withdrawn", "too late")
        with pytest.raises(Refused, match="closed"):
            requests.give_rate(desk.doing(), request, request.version, "EUR", "1", TODAY)
        desk.step(request, "wanted")
        assert request.reason == ""


class TestSpending:
    def spend(self, desk: Desk, request: MoneyRequest, *told: SpentLine, hand_in: bool) -> None:
        requests.spend(desk.doing(desk.kim), request, request.version, told, hand_in=hand_in)

    def test_half_filled_in_is_kept_and_not_handed_in(self, desk: Desk) -> None:
        request = desk.to("accepted", FLIGHT, HOTEL)
        half = (SpentLine(usd(399)), SpentLine())
        self.spend(desk, request, *half, hand_in=False)
        assert (request.state, sum_at(request, "spent").sum) == ("accepted", usd(399))
        for told, field in (
            (half, "has_receipt_0"),
            ((SpentLine(usd(399), False), SpentLine()), "spent_1"),
        ):
            with pytest.raises(Refused) as refused:
                self.spend(desk, request, *told, hand_in=True)
            assert refused.value.field == field
        told = (SpentLine(usd(399), False), SpentLine(eur(0)))
        self.spend(desk, request, *told, hand_in=True)
        assert (request.state, request.spent_on) == ("spent", TODAY)

    def test_what_somebody_else_paid_needs_no_receipt(self, desk: Desk) -> None:
        desk.set(per_diem=5000)
        hers = AskedLine("Hotel", "employer", usd(300))
        request = desk.to("accepted", hers, leaves_on=TODAY, returns_on=TODAY, travel_thirds=3)
        self.spend(desk, request, SpentLine(usd(300)), SpentLine(usd(50)), hand_in=True)
        assert sum_at(request, "spent") == Total(usd(50))

    def test_only_accepted_money_is_spent(self, desk: Desk) -> None:
        request = desk.to("approved")
        for hand_in in (True, False):
            with pytest.raises(Refused, match="not accepted yet"):
                self.spend(desk, request, SpentLine(usd(1), True), hand_in=hand_in)

    @pytest.mark.parametrize(
        ("authorised", "sentence"),
        [
            (usd(610.01), "more than the 610 USD that was spent"),
            (eur(1), "two currencies"),
        ],
    )
    def test_what_does_not_add_up_is_not_paid(
        self, desk: Desk, authorised: Money, sentence: str
    ) -> None:
        request = desk.to("spent")
        with pytest.raises(Refused, match=sentence):
            requests.settle(desk.doing(), request, request.version, [authorised])

    def test_nothing_is_paid_in_a_currency_without_a_rate(self, desk: Desk) -> None:
        request = desk.to("spent", HOTEL)
        pay = (desk.doing(), request)
        with pytest.raises(Refused, match="Give the rate of EUR"):
            requests.settle(*pay, request.version, [eur(200)])
        requests.give_rate(*pay, request.version, "EUR", "1.1", TODAY)
        requests.settle(*pay, request.version, [usd(220)])
        assert held_by(request) == Total(usd(220))

    def test_an_advance_is_taken_off(self, desk: Desk) -> None:
        mine, ours = FLIGHT, AskedLine("Hotel", "foundation", usd(200))
        request = desk.ask(mine, ours)
        requests.approve(
            desk.doing(), request, request.version, [usd(400), usd(200)], None, usd(450)
        )
        for step in ("accepted", "spent"):
            desk.step(request, step)
        requests.settle(desk.doing(), request, request.version, [usd(380.5), usd(200)])
        assert left_to_pay(request) == usd(-69.5)
        assert held_by(request) == Total(usd(580.5))

    def test_the_half_event_rule_is_off_and_can_be_put_on(
        self, desk: Desk, session: Session
    ) -> None:
        booth = cast.add_booth(session, desk.event)
        booth.hours = [{"day": "2024-07-31", "kind": "booth", "from": "13:00", "until": "17:00"}]
        first = cast.add_shift(session, booth, WEDNESDAY, 1.5)
        cast.add_sign_up(session, first, desk.kim)
        request = desk.to("spent")
        desk.set(half_event=True)
        pay = (desk.doing(), request)
        with pytest.raises(Refused, match=r"Kim Guest stands there for 1\.5 of 4 open hours"):
            requests.settle(*pay, request.version, [usd(610)])
        second = cast.add_shift(session, booth, WEDNESDAY + timedelta(hours=1.5), 0.5)
        cast.add_sign_up(session, second, desk.kim)
        requests.settle(*pay, request.version, [usd(610)])
        assert request.state == "settled"


class TestCaps:
    @pytest.mark.parametrize(
        ("rules", "sentence"),
        [
            ({"request_cap": 60900}, "This request: 610 USD, 1 USD over the cap of 609 USD."),
            ({"trip_cap": 120999}, r"The trip to Denver: 1,210 USD, 0.01 USD over the cap"),
            ({"season_cap": 120999}, "The season 2024: 1,210 USD, 0.01 USD over the cap"),
        ],
    )
    def test_a_cap_is_kept(self, desk: Desk, rules: dict[str, int], sentence: str) -> None:
        """The booth of one event of the trip costs 600."""
        request = desk.ask()
        desk.set(**rules)
        with pytest.raises(Refused, match=sentence):
            desk.step(request, "approved")
        desk.set(**{name: cents + 100 for name, cents in rules.items()})
        desk.step(request, "approved")

    def test_the_cap_of_an_event_counts_its_booth_and_its_part(self, desk: Desk) -> None:
        request = desk.ask()
        desk.ours.event_cap = 904
        with pytest.raises(Refused, match="Open Source Days: 905 USD, 1 USD over the cap"):
            desk.step(request, "approved")
        desk.ours.event_cap = 905
        desk.step(request, "approved")

    def test_others_count_and_withdrawn_ones_do_not(self, desk: Desk, session: Session) -> None:
        first = desk.to("approved")
        second = desk.ask(AskedLine("Bus", estimated=usd(20)), person=desk.ada)
        desk.set(trip_cap=122900)
        with pytest.raises(Refused, match="1,230 USD, 1 USD over"):
            desk.step(second, "approved")
        desk.step(first, "withdrawn")
        desk.step(second, "approved")
        assert season_cap(desk.ours, read_season(session, desk.ours, 2024)).say() == (
            "The season 2024: 620 USD; no cap is set."
        )
        assert season_cap(desk.ours, read_season(session, desk.ours, 2025)).held == Total(usd(0))

    def test_what_is_over_already_may_become_less(self, desk: Desk) -> None:
        request = desk.to("spent")
        desk.set(season_cap=100)
        requests.settle(desk.doing(), request, request.version, [usd(600)])
        assert request.state == "settled"

    def test_what_has_no_rate_is_held_to_no_cap(self, desk: Desk) -> None:
        request = desk.ask(HOTEL)
        desk.set(season_cap=10**9)
        with pytest.raises(Refused, match="Give the rate of EUR first"):
            desk.step(request, "approved")

    def test_they_are_said(self, desk: Desk, session: Session) -> None:
        desk.set(season_cap=300000)
        request = desk.ask(FLIGHT, HOTEL)
        assert [cap.say() for cap in find_caps(session, desk.ours, request)] == [
            "This request: 0 USD; no cap is set. 400 USD and 200 EUR more is asked for.",
            "Open Source Days: 600 USD; no cap is set. 200 USD and 100 EUR more is asked for.",
            "SIGGRAPH: 0 USD; no cap is set. 200 USD and 100 EUR more is asked for.",
            "The trip to Denver: 600 USD; no cap is set. 400 USD and 200 EUR more is asked for.",
            (
                "The season 2024: 600 USD of 3,000 USD, 2,400 USD left."
                " 400 USD and 200 EUR more is asked for."
            ),
        ]


class TestRules:
    def test_they_are_practices_until_somebody_sets_them(
        self, desk: Desk, session: Session
    ) -> None:
        assert rules_of(desk.ours) == MoneyRules(14, 60, 7, None, False, None, None, None)
        entry = set_rules(session, desk.ours, {"ask_days": 21, "per_diem": 1}, desk.ada, REAL)
        assert rules_of(desk.ours) == MoneyRules(ask_days=21, per_diem=1)
        assert desk.ours.money_rules == {"ask_days": 21, "per_diem": 1}
        assert entry is not None
        history.undo(session, entry, desk.ada, NOW, REAL)
        session.refresh(desk.ours)
        assert rules_of(desk.ours) == MoneyRules()

    @pytest.mark.parametrize(
        "stored", [{"ask_days": "x"}, {"ask_days": -1}, {"per_diem": 1.5}, {"half_event": 1},
                   {"season_cap": True}, {"unknown": 1}],
    )  # fmt: skip
    def test_what_is_kept_and_cannot_be_is_passed_over(
        self, desk: Desk, stored: dict[str, Any]
    ) -> None:
        desk.set(**stored)
        assert rules_of(desk.ours) == MoneyRules()


def test_ones_trips_are_those_one_goes_to(desk: Desk, session: Session) -> None:
    far = cast.add_event(session, desk.ours, "All Things Open", date(2024, 10, 27), **cast.ATLANTA)
    cast.name_person(session, far, desk.kim)
    cast.add_event(session, desk.ours, "Elsewhere", date(2024, 9, 1))
    journeys = list_journeys(session, desk.kim, TODAY)
    assert [[event.name for event in one.events] for one in journeys] == [
        ["Open Source Days", "SIGGRAPH"], ["All Things Open"],
    ]  # fmt: skip
    asked = desk.ask()
    assert [one.request for one in list_journeys(session, desk.kim, TODAY)] == [asked, None]
    late = list_journeys(session, desk.kim, date(2025, 1, 1))
    assert [one.request for one in late] == [asked]


def test_the_table_refuses_an_amount_without_a_currency(desk: Desk, session: Session) -> None:
    request = desk.ask()
    for columns in ({"spent": 5}, {"spent_in": "USD"}, {"spent": -1, "spent_in": "USD"}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(MoneyLine(request_id=request.id, what="x", **columns))
            session.flush()
    assert len(session.scalars(select(MoneyLine)).all()) == 1
