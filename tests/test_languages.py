"""Each language that ships says all that volunteers read."""

import pytest

from tests.translated import PLURALS, faults


@pytest.mark.parametrize("code", sorted(PLURALS))
def test_a_language_lacks_nothing(code: str) -> None:
    assert faults(code) == []
