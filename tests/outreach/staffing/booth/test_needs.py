"""What a shift asks for is typed, kept, written down and read again as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.refusal import Refused
from outreach.staffing.booth.needs import KnownSegment, read_needs, write_needs

KNOWN = [
    KnownSegment("vfx", "VFX", "Visual effects"),
    KnownSegment("vfx-and-games", "VFX and games, mostly", "Moving pictures"),
    KnownSegment("lead", "lead", "People who lead"),
]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("lead, knows VFX, speaks French, forklift", ["lead", "expert:vfx", "language:fr"]),
        ("expert:vfx-and-games", ["expert:vfx-and-games"]),
        ("expert:lead", ["expert:lead"]),
        ("skill:lead", ["skill:lead"]),
        ("skill:speaks french", ["skill:speaks french"]),
        ("skill: knows vfx", ["skill:knows vfx"]),
        ("with French", ["skill:french"]),
    ],
)
def test_what_is_written_is_read_again(typed: str, kept: list[str]) -> None:
    found = read_needs(typed, KNOWN)
    assert found[: len(kept)] == kept
    assert read_needs(write_needs(found, KNOWN), KNOWN) == found


@given(st.text(st.characters(categories=["L", "N", "P", "Z", "C"]), max_size=60))
def test_whatever_is_kept_is_read_again(text: str) -> None:
    try:
        found = read_needs(text, KNOWN)
    except Refused:
        return
    assert read_needs(write_needs(found, KNOWN), KNOWN) == found
