"""A crowded hall for tests of the volunteer's pages: a stored crew, phones, forms read back."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import Base, Booth, Foundation, Person, Shift, SignUp
from outreach.staffing.volunteers import personal_links
from tests import cast, sign_ins
from tests.cast import NOW
from tests.outreach.staffing.crew import WEDNESDAY, Crew

Stored = Callable[[], AbstractContextManager[Session]]
CODE = "abcdefgh"


class Hall:
    """A booth in Denver with its code, its people and their phones."""

    def __init__(self, app: Flask, stored: Stored, code: str = CODE, **crew: Any) -> None:
        self.app, self.stored, self.code = app, stored, code
        with stored() as session:
            made = Crew(session, code=code, **crew)
            self.event, self.booth, self.lead = made.event.id, made.booth.id, made.lead.id
            self.foundation = made.ours.id

    def shift(self, starts: datetime = WEDNESDAY, hours: float = 2, **columns: Any) -> int:
        """Add a shift; the first is on Wednesday at one."""
        with self.stored() as session:
            booth = session.get_one(Booth, self.booth)
            least = min(2, columns.get("max_people", 2))
            return cast.add_shift(
                session, booth, starts, hours, **({"min_people": least} | columns)
            ).id

    def person(self, name: str, **columns: Any) -> int:
        """Add a volunteer who has stood at a booth before."""
        with self.stored() as session:
            ours = session.get_one(Foundation, self.foundation)
            standard = {"is_experienced": True}
            return sign_ins.add_person(session, name, "volunteer", ours, **(standard | columns)).id

    def puts(self, shift_id: int, *people: int, state: str = "taken", **columns: Any) -> list[int]:
        """Put people on a shift."""
        with self.stored() as session:
            shift = session.get_one(Shift, shift_id)
            rows = [
                cast.add_sign_up(session, shift, session.get_one(Person, one), state, **columns)
                for one in people
            ]
            return [row.id for row in rows]

    def link(self, person_id: int) -> str:
        """Return the personal link's token."""
        with self.stored() as session:
            person = session.get_one(Person, person_id)
            return personal_links.copy(session, person, self.app.config["SECRET_KEY"], NOW)

    def feed(self, person_id: int) -> str:
        """Return the calendar's token."""
        with self.stored() as session:
            person = session.get_one(Person, person_id)
            key = self.app.config["SECRET_KEY"]
            personal_links.copy(session, person, key, NOW)
            return personal_links.find_feed_token(session, person, key) or ""

    def phone(self, person_id: int | None = None) -> FlaskClient:
        """Return somebody's browser; it knows who took a shift with it."""
        client = self.app.test_client()
        if person_id is not None:
            client.set_cookie("whereabouts-mine", self.link(person_id))
        return client

    def take(
        self, phone: FlaskClient, shift_id: int, given: dict[str, str] | None = None
    ) -> TestResponse:
        """Open the shift's page and press its button, with this typed into the form."""
        page = phone.get(f"/s/{self.code}/shifts/{shift_id}")
        return press(phone, page, given)

    def states(self, shift_id: int) -> dict[str, str]:
        """Return who is on the shift, by first name, and how."""
        with self.stored() as session:
            rows = session.execute(
                select(Person.name, SignUp.state)
                .join(SignUp, SignUp.person_id == Person.id)
                .where(SignUp.shift_id == shift_id)
            )
            return {name.split()[0]: state for name, state in rows}

    def count(self, table: type[Base]) -> int:
        """Return how many rows a table has."""
        with self.stored() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


SOL = {"name": "Sol Sample", "contact": "sol@example.org"}


def press(
    phone: FlaskClient,
    page: TestResponse,
    given: dict[str, str] | None = None,
    button: str | None = None,
) -> TestResponse:
    """Press a button of a page's last form in `main`, with what its hidden fields hold."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    form = re.findall(r"<form[^>]*method=\"post\"[^>]*>.*?</form>", main, re.DOTALL)[-1]
    action = html.unescape(re.findall(r'<form[^>]*action="([^"]*)"', form)[0])
    fields = dict(re.findall(r'<input[^>]*type="hidden" name="([^"]*)" value="([^"]*)"', form))
    fields |= dict(re.findall(r'name="([^"]*)" type="hidden" value="([^"]*)"', form))
    buttons = re.findall(r"<button([^>]*)>(.*?)</button>", form, re.DOTALL)
    chosen = next(one for one in buttons if button is None or button in one[1])
    attributes = dict(re.findall(r'(\w+)="([^"]*)"', chosen[0]))
    if "name" in attributes:
        fields[attributes["name"]] = attributes["value"]
    target = html.unescape(attributes.get("formaction", action))
    return phone.post(target, data=fields | (given or {}))
