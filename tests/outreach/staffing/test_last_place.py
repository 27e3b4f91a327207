"""When the last place of a shift is kept for somebody with experience."""

import pytest

from outreach.staffing.rules import Rules, is_kept


@pytest.mark.parametrize(
    ("most", "held", "has_experience", "kept"),
    [
        (1, 0, False, False),  # alone: among nobody, and else a newcomer could only wait
        (1, 1, False, False),
        (2, 0, False, False),
        (2, 1, False, True),
        (2, 1, True, False),
        (2, 2, False, False),
        (3, 1, False, False),
        (3, 2, False, True),
        (3, 2, True, False),
    ],
)
def test_the_last_of_several_places_is_kept_among_newcomers(
    most: int, held: int, has_experience: bool, kept: bool
) -> None:
    assert is_kept(Rules(needs_experience=True), most, held, has_experience) is kept
    assert not is_kept(Rules(needs_experience=False), most, held, has_experience)
