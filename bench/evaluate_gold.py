"""What the shared history says people really chose, as sets of events to be found."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from outreach.catalog.series.edition_names import name_key
from outreach.matching.engine.terms import EventText, EvidenceRows, PastVisit
from outreach.matching.files import Inputs

NEAR_DAYS = 10


@dataclass(frozen=True)
class Trial:
    """One question: what was known on a day, the window asked about, the right answers."""

    name: str
    inputs: Inputs
    as_of: date
    first: date
    last: date
    gold: frozenset[tuple[str, str]]
    """Name and first day of the events that people went to."""
    first_time: frozenset[tuple[str, str]]
    """Those of them whose series had not been visited before the day of the question."""

    def without_history(self) -> "Trial":
        """Return the same question asked by somebody who has not been anywhere."""
        bare = replace(self.inputs.evidence, attendances=())
        return replace(self, inputs=replace(self.inputs, evidence=bare))

    def without_gatherings(self) -> "Trial":
        """Return the same question with segments that do not say where they gather."""
        bare = replace(self.inputs.evidence, gatherings=())
        return replace(self, inputs=replace(self.inputs, evidence=bare))

    def without_gazetteer(self) -> "Trial":
        """Return the same question asked by somebody who knows no event series."""
        return replace(self, inputs=replace(self.inputs, gazetteer=()))

    def without_series(self) -> "Trial":
        """Return the same question by somebody who does not recognise editions of a series."""
        events = tuple(replace(event, series=None) for event in self.inputs.events)
        said = tuple(replace(row, series=row.sentence) for row in self.inputs.evidence.gatherings)
        visits = tuple(replace(v, series=v.name) for v in self.inputs.evidence.attendances)
        bare = EvidenceRows(gatherings=said, attendances=visits)
        return replace(self, inputs=replace(self.inputs, events=events, evidence=bare))


def trial(name: str, truth: Inputs, inputs: Inputs, as_of: date, first: date, last: date) -> Trial:
    """Build a question; the answers are the events of the window that the whole history names.

    `inputs` is what was known on the day of the question, `truth` what is known by now.
    """
    window = [event for event in truth.events if first <= event.starts <= last]
    before = {v.series for v in truth.evidence.attendances if v.starts <= as_of}
    gold = [
        event
        for visit in truth.evidence.attendances
        if first <= visit.starts <= last
        for event in window
        if is_edition(event, visit)
    ]
    new = [event for event in gold if event.series not in before]
    return Trial(name, inputs, as_of, first, last, _names(gold), _names(new))


def _names(events: list[EventText]) -> frozenset[tuple[str, str]]:
    return frozenset((event.name, event.starts.isoformat()) for event in events)


def is_edition(event: EventText, visit: PastVisit) -> bool:
    """Tell whether a visit was to this event: the same series or name, within ten days."""
    same = visit.series == event.series or name_key(visit.name) == name_key(event.name)
    return same and abs((event.starts - visit.starts).days) <= NEAR_DAYS


def shared_data() -> Path | None:
    """Return the folder of the shared data, None where it is absent."""
    folder = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    return folder if folder.is_dir() else None
