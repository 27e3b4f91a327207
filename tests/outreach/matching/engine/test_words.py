"""Spellings meet, compound names open, and broad words weigh little."""

import pytest

from outreach.matching.engine.text.words import breadth, compound_words, grams, phrase, shown, stem


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [("libraries", "library"), ("days", "day"), ("devops", "devops"), ("glass", "glass"),
     ("kernels", "kernel"), ("aws", "aws"), ("physics", "physics"), ("kubernetes", "kubernetes")],
)  # fmt: skip
def test_the_plural_goes_and_nothing_else(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("High Performance Computing", "HPC"),
        ("visual effects", "VFX"),
        ("Free and Open Source Software", "FOSS"),
        ("Postgres", "PostgreSQL"),
        ("system administrators", "sysadmin"),
        ("RISC-V", "risc v"),
        ("Künstliche Intelligenz", "AI"),
        ("virtualisation", "virtualization"),
        ("GPUs", "gpu"),
    ],
)
def test_spellings_of_one_thing_are_one_word(one: str, other: str) -> None:
    assert phrase(one) == phrase(other)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("LinuxFest Northwest", {"linux"}),
        ("DockerCon", {"docker"}),
        ("Chemnitzer Linuxtage", {"linux"}),
        ("JavaScript", set()),
        ("GitHub Universe", set()),
    ],
)
def test_compound_names_are_taken_apart(name: str, inside: set[str]) -> None:
    assert compound_words(name) == inside


def test_euro_and_con_around_a_name_are_left_out() -> None:
    assert "bsd" in compound_words("EuroBSDcon")


def test_words_of_occasion_say_nothing() -> None:
    assert grams(phrase("The 12th International Conference and Summit 2024")) == set()
    assert grams(phrase("Open Source Summit North America")) == {"opensource"}


def test_broad_words_weigh_less_than_telling_ones() -> None:
    assert breadth("cloud") < breadth("cloud platform") < breadth("render farm") == 1.0


@pytest.mark.parametrize(
    ("gram", "words"), [("opensource", "open source"), ("hpc", "HPC"), ("render farm",) * 2]
)
def test_a_word_is_shown_as_people_write_it(gram: str, words: str) -> None:
    assert shown(gram) == words
