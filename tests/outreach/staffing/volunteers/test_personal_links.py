"""Personal links: what they open, what a stored copy of them opens, how they end."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, PersonalLink
from outreach.staffing.volunteers import personal_links
from tests.cast import NOW
from tests.outreach.staffing.crew import Crew


def find_proven(session: Session, key: str, text: str) -> Person | None:
    """Return whose address the proof is about."""
    found = personal_links.find_proof(session, key, text, NOW)
    return found.person if found else None


@pytest.fixture
def person(session: Session) -> Person:
    return Crew(session).person()


def test_page_and_calendar_have_tokens_that_do_not_open_each_other(
    session: Session, person: Person
) -> None:
    page = personal_links.issue(session, person, "key", NOW)
    feed = personal_links.find_feed_token(session, person, "key") or ""
    assert personal_links.find_owner(session, page, NOW) is person
    assert personal_links.find_feed_owner(session, feed, NOW) is person
    assert personal_links.find_owner(session, feed, NOW) is None
    assert personal_links.find_feed_owner(session, page, NOW) is None


def test_what_is_stored_opens_nothing(session: Session, person: Person) -> None:
    personal_links.issue(session, person, "key", NOW)
    row = session.scalars(select(PersonalLink)).one()
    for text in (row.seed, row.token_hash, row.feed_hash, row.token_hash[:43]):
        assert personal_links.find_owner(session, text, NOW) is None
        assert personal_links.find_feed_owner(session, text, NOW) is None


def test_a_copy_is_the_same_link_again(session: Session, person: Person) -> None:
    first = personal_links.copy(session, person, "key", NOW)
    assert personal_links.copy(session, person, "key", NOW) == first
    assert len(session.scalars(select(PersonalLink)).all()) == 1


def test_another_secret_makes_a_further_link_and_the_old_one_lives(
    session: Session, person: Person
) -> None:
    old = personal_links.copy(session, person, "key", NOW)
    new = personal_links.copy(session, person, "another key", NOW + timedelta(days=1))
    assert new != old
    assert personal_links.find_owner(session, old, NOW) is person
    assert personal_links.find_owner(session, new, NOW) is person
    assert personal_links.copy(session, person, "another key", NOW) == new
    assert personal_links.copy(session, person, "key", NOW) == old


def test_a_renewed_link_ends_all_older_ones(session: Session, person: Person) -> None:
    old = [personal_links.issue(session, person, "key", NOW) for _ in range(2)]
    feed = personal_links.find_feed_token(session, person, "key") or ""
    new = personal_links.renew(session, person, "key", NOW)
    assert [personal_links.find_owner(session, token, NOW) for token in old] == [None, None]
    assert personal_links.find_feed_owner(session, feed, NOW) is None
    assert personal_links.find_owner(session, new, NOW) is person


def test_links_of_a_removed_foundation_open_nothing(session: Session) -> None:
    crew = Crew(session)
    token = personal_links.issue(session, crew.person(), "key", NOW)
    crew.ours.removed_at = NOW
    assert personal_links.find_owner(session, token, NOW) is None


def test_the_proof_of_an_address_is_about_this_person_address_and_secret(
    session: Session,
) -> None:
    crew = Crew(session)
    person, other = crew.person(), crew.person()
    proof = personal_links.contact_check(session, "key", person, NOW)
    assert find_proven(session, "key", proof) is person
    assert find_proven(session, "another key", proof) is None
    forged = proof.replace(f"{person.id}-", f"{other.id}-", 1)
    assert find_proven(session, "key", forged) is None
    person.email = "elsewhere@example.org"
    assert find_proven(session, "key", proof) is None


@pytest.mark.parametrize("text", ["", "-", "1-", "x-y", "1-" + "a" * 43, "1-1-" + "a" * 43,
                                  "99999999999-1-" + "a" * 43, "1-" + "9" * 12 + "-" + "a" * 43,
                                  "٣-1-" + "a" * 43, "1-٣-" + "a" * 43, "a" * 43,
                                  "a" * 42 + "é"])  # fmt: skip
def test_what_nobody_made_opens_nothing(session: Session, person: Person, text: str) -> None:
    assert find_proven(session, "key", text) is None
    assert personal_links.find_owner(session, text, NOW) is None
