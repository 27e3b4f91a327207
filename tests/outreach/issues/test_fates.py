"""What has become of an issue, by its state and what its note says."""

import pytest

from outreach.issues.fates import fate_of


@pytest.mark.parametrize(
    ("state", "note", "fate"),
    [
        ("open", "", "open"),
        ("open", "in progress", "open"),
        ("open", "fixed in CentOS Stream 9, not released in 9.4", "open"),
        ("open", "fixed upstream: waits until it is released", "open"),
        ("open", "awaiting an erratum", "open"),
        ("open", "released in 9.5", "fixed"),
        ("open", "went stable on 8 August 2024", "fixed"),
        ("open", "reported as a duplicate by somebody", "open"),
        ("closed", "", "closed"),
        ("closed", "completed", "closed"),
        ("closed", "moved elsewhere", "dropped"),
        ("closed", "fixed in 5.2", "fixed"),
        ("closed", "closed with an erratum on 9 May 2023", "fixed"),
        ("closed", "merged; released to CentOS Stream 9 on 25 July 2024", "fixed"),
        ("closed", "merged, not released yet", "closed"),
        ("closed", "CURRENTRELEASE", "fixed"),
        ("closed", "wontfix", "dropped"),
        ("closed", "Won't Fix", "dropped"),
        ("closed", "not planned", "dropped"),
        ("closed", "closed as a duplicate; fixed in 5.2", "dropped"),
        ("closed", "withdrawn: its tracker does not show it any more", "dropped"),
    ],
)
def test_fates(state: str, note: str, fate: str) -> None:
    assert fate_of(state, note) == fate
