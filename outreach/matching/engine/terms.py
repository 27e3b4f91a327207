"""The words of a match: segments, events and evidence go in, reasons and scores come out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

ReasonCode = Literal["community", "issue", "talk", "local", "cost", "recap"]
GateCode = Literal["conduct", "staffing", "cap", "clash"]
GateState = Literal["open", "closed", "unknown"]
GatheringKind = Literal["stated", "inferred", "member", "talk", "organiser", "user_group"]
RecapWord = Literal["again", "smaller", "bigger", "skip"]

REASON_CODES: tuple[ReasonCode, ...] = ("community", "issue", "talk", "local", "cost", "recap")
HEAVIEST = 100
"""The most that one reason can weigh."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How many points each reason can bring; they need not add up to 100."""

    community: float = 35
    issue: float = 15
    talk: float = 15
    local: float = 15
    cost: float = 10
    recap: float = 10

    def of(self, code: ReasonCode) -> float:
        """Return the weight of one reason."""
        weight: float = getattr(self, code)
        return weight


def read_weights(stored: Mapping[str, object]) -> Weights:
    """Return the weights that are kept, the defaults for what is missing or no weight."""
    numbers = {code: stored.get(code) for code in REASON_CODES}
    kept = {
        code: float(number)
        for code, number in numbers.items()
        if isinstance(number, (int, float)) and 0 <= number <= HEAVIEST
    }
    return Weights(**kept)


@dataclass(frozen=True, slots=True)
class SegmentText:
    """A part of the community with common work, and the words it goes by."""

    slug: str
    name: str
    summary: str = ""
    keywords: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    software: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventText:
    """What an event says about itself. None and empty mean not known, never "no"."""

    key: str
    name: str
    starts: date
    ends: date
    series: str | None = None
    city: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    online: bool | None = None
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """Two-letter codes, as "EN"."""
    url: str | None = None
    programme: str = ""
    conduct_url: str | None = None

    @property
    def is_placeless(self) -> bool:
        """Tell whether nobody can travel there: an online event without a city."""
        return self.online is True and not self.city


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A row of evidence: a sentence, where it comes from, and the day of that source.

    A row dated after the day of the match never counts; an undated one always does.
    """

    sentence: str
    source: str
    url: str | None = None
    dated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringRow(EvidenceRow):
    """A segment is at one event, or at every edition of a series."""

    segment: str
    kind: GatheringKind = "stated"
    series: str | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVisit(EvidenceRow):
    """The foundation was at an edition of a series, or planned to be."""

    series: str
    name: str
    starts: date
    activities: tuple[str, ...] = ()
    status: str = "attended"
    event: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveIssue(EvidenceRow):
    """An open issue that hits a segment. `strength` 0..1 says how surely."""

    segment: str
    key: str
    title: str
    ask: str = "tell us"
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkEvidence(EvidenceRow):
    """A proposal or talk of ours at an event; `segment` None: of interest to everybody."""

    event: str
    title: str
    state: str
    segment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPerson(EvidenceRow):
    """Somebody of ours who can be there: `km` from home to the event."""

    event: str
    name: str
    km: float
    expert_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(EvidenceRow):
    """What an event costs and how many conversations are expected there, None if not known."""

    event: str
    amount: float
    """In whole units of `currency`, as far as it is known."""
    apart: str = ""
    """What is known in other currencies, and in no sum for want of a rate, as it is said."""
    conversations: int | None
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recap(EvidenceRow):
    """How the recap of an earlier edition judged it."""

    series: str
    edition: str
    recommendation: RecapWord


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDecision(EvidenceRow):
    """A decision about another event of the same season."""

    event: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Means(EvidenceRow):
    """What the foundation can put into an event, where somebody has said so.

    `hands` people can be there, `cap` is the most that may be spent. None: not known.
    """

    event: str
    hands: int | None = None
    cap: float | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRows:
    """All rows that a match may draw on."""

    gatherings: tuple[GatheringRow, ...] = ()
    attendances: tuple[PastVisit, ...] = ()
    issues: tuple[LiveIssue, ...] = ()
    talks: tuple[TalkEvidence, ...] = ()
    people: tuple[LocalPerson, ...] = ()
    costs: tuple[Cost, ...] = ()
    recaps: tuple[Recap, ...] = ()
    decisions: tuple[OtherDecision, ...] = ()
    means: tuple[Means, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the six reasons. Known exactly when evidence rows stand behind the sentence."""

    code: ReasonCode
    title: str
    sentence: str
    points: float
    weight: float
    evidence: tuple[EvidenceRow, ...] = ()

    @property
    def known(self) -> bool:
        """Tell whether the reason counts in the total."""
        return bool(self.evidence)


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition that stands beside the score: open, closed or not known."""

    code: GateCode
    title: str
    state: GateState
    sentence: str


@dataclass(frozen=True, slots=True)
class Aside:
    """What another event changes: `gain` is added to the rank, never to the score."""

    sentence: str
    gain: float
    evidence: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A match in short, for lists. `rank` orders; `score` 0..100 is over what is known."""

    segment: str
    event: str
    score: float | None
    rank: float
    known: int
    sentence: str
    gathers: float = 0.0
    """How surely the segment is there, 0..1: the share that the first reason reached."""


@dataclass(frozen=True, slots=True)
class ExplainedMatch:
    """Segment and event: the score, its six reasons and its four gates."""

    segment: str
    event: str
    score: float | None
    rank: float
    points: float
    known_weight: float
    total_weight: float
    reasons: tuple[Reason, ...]
    gates: tuple[Gate, ...] = ()
    asides: tuple[Aside, ...] = ()

    @property
    def weight_left_out(self) -> float:
        """Return how much the reasons weigh that are not known."""
        return self.total_weight - self.known_weight

    @property
    def known(self) -> int:
        """Return how many of the six reasons are known."""
        return sum(reason.known for reason in self.reasons)

    @property
    def unknown(self) -> tuple[Reason, ...]:
        """Return the reasons that are left out of the total."""
        return tuple(reason for reason in self.reasons if not reason.known)
