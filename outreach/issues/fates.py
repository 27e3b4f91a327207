"""What has become of an issue: still open, fixed for everybody, closed, or not worth telling."""

import re
from typing import Literal

from outreach.language import N_

Fate = Literal["open", "fixed", "closed", "dropped"]
_WORDS = {
    "fixed": N_("its fix is out"),
    "closed": N_("it was closed"),
    "dropped": N_("it was closed without a fix"),
    "open": N_("it was reopened"),
}

_DROPPED = re.compile(
    r"won'?t[ -]?(?:fix|do)|not (?:planned|reproducible)|not[ -]?a[ -]?bug|notabug|duplicate"
    r"|invalid|can(?:no|')t reproduce|works ?for ?me|obsolete|abandoned|rejected|declined"
    r"|withdrawn|expired|moved elsewhere|became a discussion",
    re.IGNORECASE,
)
_SHIPPED = re.compile(
    r"\b(?:released|shipped|stable|errat(?:um|a)|current ?release|fixed in|available in"
    r"|published)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:not|never|no|un|before|until|awaits?|awaiting|pending|when|once)\b", re.IGNORECASE
)
_PART = re.compile(r"[,;.:()]\s|\n|\bbut\b")


def say_fate(fate: Fate) -> str:
    """Say what became of an issue: "its fix is out"."""
    return str(_WORDS[fate])


def fate_of(state: str, note: str) -> Fate:
    """Judge by the tracker's state and what its note says.

    Each part of the note is read by itself: "fixed upstream, not released in 9.4" is open. An
    open issue whose note names a release is fixed for those who update.
    """
    if state != "open" and _DROPPED.search(note):
        return "dropped"
    parts = _PART.split(note)
    if any(_NOT_YET.search(part) and _SHIPPED.search(part) for part in parts):
        return "closed" if state != "open" else "open"
    if any(_SHIPPED.search(part) for part in parts):
        return "fixed"
    return "open" if state == "open" else "closed"
