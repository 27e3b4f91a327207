"""The foundation and the person that tests of rules begin with."""

import pytest
from sqlalchemy.orm import Session

from models import Foundation, Person
from tests.cast import add_clocked
from tests.sign_ins import add_person


@pytest.fixture
def ours(session: Session) -> Foundation:
    return add_clocked(session)


@pytest.fixture
def ada(session: Session, ours: Foundation) -> Person:
    return add_person(session, foundation=ours)
