"""Words are folded so that spellings meet, and keep their place so that quotes are verbatim."""

import pytest

from outreach.issues.relevance.words import fold_phrase, read_words, split_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RHEL9", "rhel 9"),
        ("Open-MPI", "open mpi"),
        ("cloud_init", "Cloud init"),
        ("virtual machines", "Virtual Machine"),
        ("VMs", "vm"),
        ("aarch64", "AArch 64"),
    ],
)
def test_spellings_of_one_phrase_meet(one: str, other: str) -> None:
    assert fold_phrase(one) == fold_phrase(other)


@pytest.mark.parametrize(("one", "other"), [("glibc", "libc"), ("class", "clas"), ("OS", "o")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert fold_phrase(one) != fold_phrase(other)


def test_words_are_quoted_as_the_text_writes_them() -> None:
    words = read_words("İstanbul: Houdini’s crash (GLIBC-2.34)")
    assert (words.quote(0, 2), words.quote(4, 7)) == ("İstanbul: Houdini", "GLIBC-2.34")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("someone/BlenderKit", ["blender", "kit"]),
        ("xArm-Developer/xarm_ros", []),
        ("plain/name", []),
    ],
)
def test_names_are_split_at_their_humps(name: str, parts: list[str]) -> None:
    assert split_names(name).folded == parts
