"""How long what is off is told, and when what a calendar says was last changed."""

from datetime import datetime, timedelta

GONE_FOR = timedelta(days=30)
"""How long what is off stays in a calendar as cancelled: some programs look once a week."""


def last_of(*instants: datetime | None) -> datetime:
    """Return the last of some instants, as far as they are known."""
    return max(one for one in instants if one is not None)
