"""Segments, events and rows that the tests of the match share."""

from dataclasses import replace
from datetime import date
from typing import Any

from outreach.catalog.series.known import SeriesRow
from outreach.matching.engine.match import Engine
from outreach.matching.engine.terms import (
    EventText,
    EvidenceRows,
    GatheringRow,
    LiveIssue,
    SegmentText,
    Weights,
)

TODAY = date(2024, 7, 25)

VFX = SegmentText(
    slug="vfx",
    name="Visual effects",
    keywords=("visual effects", "rendering", "computer graphics"),
    projects=("OpenEXR", "glibc"),
    software=("Houdini", "Maya"),
    regions=("North America",),
)
HPC = SegmentText(
    slug="hpc", name="Supercomputing", keywords=("hpc", "cluster"), projects=("Slurm",)
)
JAPAN = SegmentText(
    slug="japan", name="Japan community", keywords=("japan",), regions=("Japan", "Asia")
)

GAZETTEER = (
    SeriesRow("SIGGRAPH", about=("computer graphics", "animation"), audience=("vfx studios",)),
    SeriesRow("SC", aliases=("Supercomputing",), about=("high performance computing",)),
    SeriesRow("Linux Days", about=("linux", "open source"), audience=("sysadmins",)),
    SeriesRow("Cloud Show", about=("cloud", "software"), audience=("developers",)),
)


def event(key: str, name: str, starts: date, ends: date | None = None, **facts: Any) -> EventText:
    """Build an event in Denver, unless told otherwise."""
    place = {"city": "Denver, CO", "country": "U.S.A.", "latitude": 39.74, "longitude": -104.98}
    return EventText(key=key, name=name, starts=starts, ends=ends or starts, **{**place, **facts})


SIGGRAPH = event(
    "siggraph", "SIGGRAPH", date(2024, 7, 28), date(2024, 8, 1), series="SIGGRAPH",
    conduct_url="https://example.org/conduct",
)  # fmt: skip
OSD = event("osd", "Open Source Days", date(2024, 7, 28), topics=("opensource",))
SC24 = event("sc24", "SC24", date(2024, 11, 17), date(2024, 11, 22), series="SC",
             city="Atlanta, GA", latitude=33.75, longitude=-84.39)  # fmt: skip
CLOUD = event("cloud", "Cloud Show", date(2024, 9, 3), series="Cloud Show")
EVENTS = (SIGGRAPH, OSD, SC24, CLOUD)

GATHERS = GatheringRow(
    segment="vfx", series="SIGGRAPH", sentence="The studios meet at SIGGRAPH.",
    source="blog", url="https://example.org/blog", dated=date(2024, 3, 26),
)  # fmt: skip
AT_OSD = replace(GATHERS, series="Open Source Days", sentence="The studios meet at OSD.")
GLIBC = LiveIssue(
    segment="vfx", key="RHEL-39415", title="Houdini crashes after 9.4", ask="test",
    sentence="Houdini crashes after the upgrade to 9.4; testers are wanted.",
    source="tracker", url="https://example.org/RHEL-39415", dated=date(2024, 7, 25),
)  # fmt: skip


def engine(
    evidence: EvidenceRows | None = None, as_of: date = TODAY, weights: Weights | None = None,
    events: tuple[EventText, ...] = EVENTS, organisation: str = "",
    segments: tuple[SegmentText, ...] = (VFX, HPC),
) -> Engine:  # fmt: skip
    """Build an engine on the cast."""
    known = (
        EvidenceRows(gatherings=(GATHERS, AT_OSD), issues=(GLIBC,))
        if evidence is None
        else evidence
    )
    return Engine(
        segments, events, known, as_of=as_of, gazetteer=GAZETTEER, weights=weights,
        organisation=organisation,
    )  # fmt: skip
