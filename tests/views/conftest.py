"""What most tests of pages begin with: a foundation with its plan, and who is signed in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Person
from outreach.accounts import passwords
from tests.conftest import Stored
from tests.sign_ins import SENTENCE, add_person
from tests.views.planned import Owned, plan, sign_in_as


@pytest.fixture
def owned(stored: Stored) -> Owned:
    """Plan for our foundation."""
    with stored() as session:
        return plan(session)


@pytest.fixture
def theirs(stored: Stored, owned: Owned) -> Owned:
    """Plan for another foundation, beside ours."""
    with stored() as session:
        return plan(session, "theirs")


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


@pytest.fixture
def volunteer(app: Flask, stored: Stored, owned: Owned) -> FlaskClient:
    return sign_in_as(app, stored, owned.volunteer)


@pytest.fixture
def ada(stored: Stored) -> Person:
    """Add somebody of staff who has a password."""
    with stored() as session:
        return add_person(session, password_hash=passwords.hash_password(SENTENCE))


@pytest.fixture
def bob(stored: Stored) -> Person:
    with stored() as session:
        return add_person(session, "Bob Example", "volunteer")
