"""Links sign in once, in time and only their owner; sessions end when they are told to."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models import AuditEntry, Person, SignInLink, SignInSession
from models.database import make_sessions
from outreach.accounts import passwords, sign_in
from outreach.accounts.sign_in import LinkEnded
from outreach.accounts.tokens import has_token_shape, new_token, token_hash
from outreach.refusal import Refused
from tests.sign_ins import add_foundation, add_person

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SENTENCE = "seven llamas plan a booth"


@pytest.fixture
def ada(session: Session) -> Person:
    return add_person(session)


def test_a_link_signs_its_owner_in_once(session: Session, ada: Person) -> None:
    link = sign_in.issue_link(session, ada, NOW)
    opened, token = sign_in.open_session_by_link(session, link, NOW)
    assert opened.person is ada
    assert sign_in.find_session(session, token, NOW) is opened
    with pytest.raises(LinkEnded):
        sign_in.open_session_by_link(session, link, NOW)


def _wait(session: Session, ada: Person) -> datetime:
    return NOW + sign_in.LINK_LIFETIME


def _use_newer_link(session: Session, ada: Person) -> datetime:
    newer = sign_in.issue_link(session, ada, NOW)
    sign_in.open_session_by_link(session, newer, NOW)
    return NOW


def _other_address(session: Session, ada: Person) -> datetime:
    ada.email_key = "ada@elsewhere.example"
    session.flush()
    return NOW


def _sign_out_everywhere(session: Session, ada: Person) -> datetime:
    sign_in.end_all_sessions(session, ada, NOW)
    return NOW


def _set_clock_back(session: Session, ada: Person) -> datetime:
    return NOW - timedelta(hours=2)


@pytest.mark.parametrize(
    "happens", [_wait, _use_newer_link, _other_address, _sign_out_everywhere, _set_clock_back]
)
def test_a_link_ends(
    session: Session, ada: Person, happens: Callable[[Session, Person], datetime]
) -> None:
    link = sign_in.issue_link(session, ada, NOW)
    assert sign_in.find_link_owner(session, link, NOW) is ada
    now = happens(session, ada)
    assert sign_in.find_link_owner(session, link, now) is None
    before = session.scalar(select(func.count()).select_from(SignInSession))
    with pytest.raises(LinkEnded):
        sign_in.open_session_by_link(session, link, now)
    assert session.scalar(select(func.count()).select_from(SignInSession)) == before


def test_asking_for_a_link_ends_none_and_an_older_one_leaves_the_newer(
    session: Session, ada: Person
) -> None:
    older = sign_in.issue_link(session, ada, NOW)
    newer = sign_in.issue_link(session, ada, NOW + timedelta(minutes=1))
    later = NOW + timedelta(minutes=2)
    sign_in.open_session_by_link(session, older, later)
    assert sign_in.find_link_owner(session, newer, later) is ada


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "ä" * 43, "a" * 44, "\0" * 43, "' OR 1=1--"])
def test_guesses_open_nothing(session: Session, ada: Person, token: str) -> None:
    sign_in.issue_link(session, ada, NOW)
    assert sign_in.find_link_owner(session, token, NOW) is None
    assert sign_in.find_session(session, token, NOW) is None
    assert not sign_in.knows_link(session, token)
    with pytest.raises(LinkEnded):
        sign_in.open_session_by_link(session, token, NOW)


def test_somebody_without_an_address_can_have_a_link(session: Session) -> None:
    person = add_person(session, email=None, email_key=None)
    link = sign_in.issue_link(session, person, NOW)
    assert sign_in.find_link_owner(session, link, NOW) is person


def test_twenty_at_once_open_one_session(engine: Engine) -> None:
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        link = sign_in.issue_link(session, add_person(session), NOW)

    def open_once(_number: int) -> bool:
        with sessions() as session:
            try:
                sign_in.open_session_by_link(session, link, NOW)
            except LinkEnded:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(open_once, range(20))) == 1
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 1


def test_tokens_are_long_random_and_stored_as_hashes(session: Session, ada: Person) -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(has_token_shape(token) for token in tokens)
    link = sign_in.issue_link(session, ada, NOW)
    opened, token = sign_in.open_session_by_link(session, link, NOW)
    assert session.scalars(select(SignInLink.token_hash)).all() == [token_hash(link)]
    assert opened.token_hash == token_hash(token)
    assert token != link


def test_sessions_end(session: Session, ada: Person) -> None:
    opened, token = sign_in.open_session(session, ada, NOW, "test")
    soon = NOW + timedelta(days=29)
    assert sign_in.find_session(session, token, soon) is opened
    assert sign_in.find_session(session, token, NOW + sign_in.SESSION_LIFETIME) is None
    assert sign_in.find_session(session, token, NOW - timedelta(hours=1)) is None
    sign_in.end_session(session, opened, NOW)
    assert sign_in.find_session(session, token, soon) is None


def test_signing_out_everywhere_touches_nobody_else(session: Session, ada: Person) -> None:
    bob = add_person(session, "Bob Example")
    tokens = [sign_in.open_session(session, ada, NOW, "test")[1] for _ in range(3)]
    _, other = sign_in.open_session(session, bob, NOW, "test")
    assert sign_in.end_all_sessions(session, ada, NOW) == 3
    assert [sign_in.find_session(session, token, NOW) for token in tokens] == [None] * 3
    assert sign_in.find_session(session, other, NOW) is not None


def test_the_example_is_in_view_only_while_staff(session: Session) -> None:
    ours, example = add_foundation(session), add_foundation(session, "example", is_example=True)
    strangers = add_foundation(session, "theirs")
    ada = add_person(session, foundation=ours)
    opened, token = sign_in.open_session(session, ada, NOW, "test")

    def in_view(foundation_id: int) -> int | None:
        opened.foundation_id = foundation_id
        session.commit()
        session.expunge_all()
        found = sign_in.find_session(session, token, NOW)
        return found.foundation_id if found else None

    assert in_view(ours.id) == ours.id
    opened = session.get_one(SignInSession, token_hash(token))
    assert in_view(example.id) == example.id
    opened = session.get_one(SignInSession, token_hash(token))
    assert in_view(strangers.id) == ours.id
    session.get_one(Person, ada.id).role = "volunteer"
    opened = session.get_one(SignInSession, token_hash(token))
    assert in_view(example.id) == ours.id


def test_password_signs_in_and_unknown_addresses_do_not(session: Session, ada: Person) -> None:
    ada.password_hash = passwords.hash_password(SENTENCE)
    add_person(session, "Bob Example")
    session.flush()
    proven = sign_in.find_by_password(session, " ADA@example.org", SENTENCE)
    assert proven is ada
    opened, _ = sign_in.open_session_by_password(session, ada, SENTENCE, NOW)
    assert opened.person is ada
    assert sign_in.find_by_password(session, "ada@example.org", "another sentence") is None
    assert sign_in.find_by_password(session, "bob@example.org", SENTENCE) is None
    assert sign_in.find_by_password(session, "eve@example.org", SENTENCE) is None


def test_the_same_address_in_two_foundations_is_told_apart_by_its_password(
    session: Session, ada: Person
) -> None:
    other = add_person(session, foundation=add_foundation(session, "theirs"))
    ada.password_hash = passwords.hash_password(SENTENCE)
    other.password_hash = passwords.hash_password("another long sentence")
    session.flush()
    found = sign_in.find_by_password(session, "ada@example.org", "another long sentence")
    assert found is other


def test_an_older_hash_is_renewed_at_sign_in(
    session: Session, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.password_hash = older = passwords.hash_password(SENTENCE)
    session.flush()
    monkeypatch.setattr(passwords, "needs_rehash", lambda stored: stored == older)
    sign_in.open_session_by_password(session, ada, SENTENCE, NOW)
    assert ada.password_hash != older
    assert passwords.is_password(ada.password_hash, SENTENCE)


def test_setting_a_password_signs_other_browsers_out(session: Session, ada: Person) -> None:
    here, token = sign_in.open_session(session, ada, NOW, "test")
    _, elsewhere = sign_in.open_session(session, ada, NOW, "test")
    sign_in.set_password(session, here, "", SENTENCE, NOW)
    assert passwords.is_password(ada.password_hash, SENTENCE)
    assert sign_in.find_session(session, token, NOW) is here
    assert sign_in.find_session(session, elsewhere, NOW) is None
    acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["signed in", "signed in", "set a password"]


def test_a_browser_left_open_does_not_change_the_password(session: Session, ada: Person) -> None:
    ada.password_hash = passwords.hash_password(SENTENCE)
    opened, _ = sign_in.open_session(session, ada, NOW, "test")
    sign_in.set_password(session, opened, "", "fresh from the link", NOW)
    later = NOW + timedelta(hours=2)
    with pytest.raises(Refused) as refusal:
        sign_in.set_password(session, opened, SENTENCE, "another long sentence", later)
    assert refusal.value.field == "current"
    sign_in.set_password(session, opened, "fresh from the link", "another long sentence", later)
    assert passwords.is_password(ada.password_hash, "another long sentence")
