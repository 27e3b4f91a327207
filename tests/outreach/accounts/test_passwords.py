"""Passwords are kept as Argon2id, and checked with the same work for everybody."""

import pytest
from argon2 import PasswordHasher

from outreach.accounts import passwords
from outreach.refusal import Refused

SENTENCE = "seven llamas plan a booth"


def test_is_kept_as_argon2id_with_its_own_salt(
    thorough_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", thorough_hasher)
    first, second = passwords.hash_password(SENTENCE), passwords.hash_password(SENTENCE)
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert passwords.is_password(first, SENTENCE)
    assert not passwords.is_password(first, SENTENCE + ".")


def test_accents_may_come_composed_or_not() -> None:
    stored = passwords.hash_password("caf\u00e9 au lait, s'il vous pla\u00eet")
    assert passwords.is_password(stored, "cafe\u0301 au lait, s'il vous plai\u0302t")


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$broken"])
def test_nothing_fits_where_no_hash_is(stored: str | None) -> None:
    assert not passwords.is_password(stored, SENTENCE)


def test_an_unknown_address_costs_one_hash_too(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    class Counting:
        def verify(self, stored: str, given: str) -> bool:
            checked.append(stored)
            return True

        def hash(self, text: str) -> str:
            return "somebody's"

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    passwords.is_password("somebody's", SENTENCE)
    passwords.is_password(None, SENTENCE)
    assert len(checked) == 2


def test_hashes_of_other_parameters_are_renewed() -> None:
    older = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$" + "A" * 43
    assert passwords.needs_rehash(older)
    assert not passwords.needs_rehash(passwords.hash_password(SENTENCE))


@pytest.mark.parametrize(
    "password",
    ["short", "eleven char", "x" * 201, "abababababab", "ADA@example.org", "Ada Lovelace"],
)
def test_easily_guessed_passwords_are_refused(password: str) -> None:
    with pytest.raises(Refused):
        passwords.check_strength(password, "Ada Lovelace", "ada@example.org")


def test_a_sentence_is_good_enough() -> None:
    passwords.check_strength(SENTENCE, "Ada Lovelace", None)
