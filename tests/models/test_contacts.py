"""Names and contacts: what of them is kept, and which of them are the same."""

import pytest

from models import Person
from models.contacts import fold_address, fold_name, is_same_number, number_key, plain

BOB = (
    "+1 626 555 0100", "+1 (626) 555-0100", "626-555-0100", "001 626 555 0100", "1 626 555 0100",
    "(626) 555.0100", "+１ ６２６ ５５５ ０１００", "011 1 626 555 0100", "+١ ٦٢٦ ٥٥٥ ٠١٠٠",
)  # fmt: skip
"""One number as people type it."""
ALIKE = (
    BOB,
    ("+49 170 1234567", "0170 1234567", "0049 170 1234567", "+49 (0)170 123 45 67"),
    ("+32 2 123 45 67", "02 123 45 67", "021234567"),
    ("+45 12 34 56 78", "12 34 56 78"),
    ("+354 555 1234", "555 1234"),
    ("+7 495 123-45-67", "8 (495) 123-45-67"),
    ("+39 06 1234 5678", "06 12345678"),
    ("+44 20 7946 0000", "020 7946 0000", "+44 (0) 20 7946 0000"),
    ("112233", "11 22 33"),
)
APART = (
    ("+1 626 555 0100", "+1 626 555 0101"),
    ("+1 626 555 0100", "+49 1626 5550100"),
    ("+1 626 555 0100", "+44 626 555 0100"),
    ("626-555-0100", "726-555-0100"),
    ("550100", "+1 626 555 0100"),
)


@pytest.mark.parametrize("spellings", ALIKE, ids=lambda one: one[0])
def test_a_number_is_one_under_all_its_spellings(spellings: tuple[str, ...]) -> None:
    first = spellings[0]
    assert [one for one in spellings if not is_same_number(first, one)] == []
    assert {number_key(one) for one in spellings} == {number_key(first)}


@pytest.mark.parametrize(("one", "other"), APART)
def test_another_number_is_another(one: str, other: str) -> None:
    assert not is_same_number(one, other)
    assert not is_same_number(other, one)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ada Known", "Ada Known"),
        ("\u202elive", "live"),
        ("A\u2066d\u2069a", "Ada"),
        ("A\u200bd\u00ada\ufeff", "Ada"),
        ("\u200eדנה\u200f", "דנה"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200dAda\u200c", "Ada"),
        ("👩\u200d💻 Ada", "👩\u200d💻 Ada"),
        ("Ada\x00Known\x1b[2J", "Ada Known [2J"),
        ("José\nMaría", "José\nMaría"),
        ("\u202e\u3164", ""),
    ],
)
def test_nothing_in_a_text_turns_or_hides_what_stands_around_it(written: str, kept: str) -> None:
    assert plain(written) == kept


def test_whoever_writes_a_name_or_a_contact_writes_what_is_compared() -> None:
    person = Person(name="\u202eAda", email="Ada@Example.ORG", phone="+1 (626) 555-0100")
    assert (person.name, person.address_key, person.phone_key) == (
        "Ada",
        "ada@example.org",
        "5550100",
    )
    person.name, person.email, person.phone = "\u202e", None, None
    assert (person.name, person.address_key, person.phone_key) == ("…", None, None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada Known", "ada", True),
        ("José María", "JOSE", True),
        ("A\u200bda", "Ada", True),
        ("Eva Stein", "Max Stein", False),
        ("李雷", "李雷", True),
        ("🦊", "🐻", False),
        ("", "Ada", False),
    ],
)
def test_first_names_are_compared_as_people_mean_them(one: str, other: str, same: bool) -> None:
    assert (fold_name(one) == fold_name(other)) is same


def test_addresses_are_compared_as_they_are_at_sign_in() -> None:
    assert fold_address("Ada@EXAMPLE.org ") == "ada@example.org"
    assert fold_address("ada@") is None
