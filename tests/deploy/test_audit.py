"""The audit says what it asked, and never that all is well where it asked nothing."""

import pytest

from deploy import audit

FINE = {"name": "a", "version": "1", "vulns": []}
FAULTY = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


NONE = "Libraries asked about: 1, and none has a known fault."


@pytest.mark.parametrize(
    ("libraries", "said"),
    [
        ([FINE], (NONE, 0)),
        (
            [FINE, SKIPPED],
            (f"{NONE} Not asked: c.", 0),
        ),
        ([FINE, FAULTY], ("These libraries have known faults:\nb 2: CVE-1, CVE-2", 1)),
        ([SKIPPED], (audit.UNREACHABLE, 0)),
        ([], (audit.UNREACHABLE, 0)),
    ],
)
def test_it_says_what_it_asked(libraries: list[dict[str, object]], said: tuple[str, int]) -> None:
    assert audit.judge(libraries) == said
