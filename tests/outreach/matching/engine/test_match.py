"""The engine finds the pairs worth a look, keeps them fresh, and never looks ahead."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.matching.engine.match import Engine
from outreach.matching.engine.terms import (
    Cost,
    EvidenceRows,
    ExplainedMatch,
    GatheringRow,
    LiveIssue,
    LocalPerson,
    OtherDecision,
    PastVisit,
    Recap,
    SegmentText,
    TalkEvidence,
)
from tests.outreach.matching.matching_cast import (
    AT_OSD,
    CLOUD,
    EVENTS,
    GATHERS,
    GAZETTEER,
    HPC,
    JAPAN,
    OSD,
    SC24,
    SIGGRAPH,
    TODAY,
    VFX,
    engine,
    event,
)
from tests.sampling import times


def order(found: Engine, slug: str) -> list[str]:
    return [hit.event for hit in found.hits(slug)]


def test_the_best_comes_first_and_strangers_are_left_out() -> None:
    assert set(order(engine(), "vfx")) == {"siggraph", "osd"}
    assert order(engine(), "hpc") == ["sc24"]


def test_words_of_the_series_find_an_event_that_does_not_say_them() -> None:
    (hit,) = engine(EvidenceRows()).hits("vfx")
    assert hit.event == "siggraph"
    assert hit.sentence == "SIGGRAPH is about vfx studios and computer graphics."


def test_a_programme_counts_as_text_of_its_event() -> None:
    talks = replace(CLOUD, programme="Rendering with OpenEXR and Houdini on a farm")
    assert "cloud" not in order(engine(EvidenceRows()), "vfx")
    found = engine(EvidenceRows(), events=(SIGGRAPH, talks))
    assert "cloud" in order(found, "vfx")
    (row,) = found.match("vfx", "cloud").reasons[0].evidence
    assert row.source == "the list of event series and its programme"
    found.put_event(CLOUD)
    assert "cloud" not in order(found, "vfx")


def test_a_programme_of_other_things_takes_nothing_away() -> None:
    titles = [f"What we learnt about {word}" for word in "gardens tides kernels museums".split()]
    longer = replace(SIGGRAPH, programme="\n".join(titles * 3))
    alone, full = (engine(EvidenceRows(), events=(one,)).hits("vfx") for one in (SIGGRAPH, longer))
    assert [hit.score for hit in full] == [hit.score for hit in alone]


def test_a_programme_counts_the_less_the_more_it_is_about_other_things() -> None:
    said, other = "Rendering with OpenEXR and Houdini", "Gardens, tides, kernels and museums"
    short, long = (replace(CLOUD, programme=text) for text in (said, f"{said}\n{other}"))
    scores = [engine(EvidenceRows(), events=(one,)).hits("vfx")[0].score for one in (short, long)]
    assert scores[0] > scores[1] > 0


def test_a_weak_sign_alone_does_not_outrank_several() -> None:
    weak = event("weak", "Rendering", date(2024, 9, 1), city="Oslo", country="Norway")
    found = engine(events=(*EVENTS, weak))
    ranks = {hit.event: hit.rank for hit in found.hits("vfx")}
    assert ranks["siggraph"] > 2 * ranks["weak"] > 0


@pytest.mark.parametrize(
    ("status", "activities", "years", "more"),
    [
        ("attended", ("booth",), 1, ("attended", ("attend",), 1)),
        ("attended", ("booth",), 1, ("planned", ("booth",), 1)),
        ("attended", ("booth",), 1, ("attended", ("booth",), 4)),
    ],
)
def test_a_visit_tells_more_the_more_was_done_and_the_nearer_it_is(
    status: str, activities: tuple[str, ...], years: int, more: tuple[str, tuple[str, ...], int]
) -> None:
    def strength(status: str, activities: tuple[str, ...], years: int) -> float:
        starts = SIGGRAPH.starts - timedelta(days=365 * years)
        visit = PastVisit(
            series="SIGGRAPH", name="SIGGRAPH", starts=starts, status=status,
            activities=activities, sentence="We were there.", source="history", dated=starts,
        )  # fmt: skip
        return engine(EvidenceRows(attendances=(visit,))).known.standing("vfx", "siggraph").strength

    assert strength(status, activities, years) > strength(*more)


def test_an_event_of_our_own_is_known_by_its_name() -> None:
    own = event("own", "AlmaLinux Day: Boulder", date(2024, 10, 1))
    known = engine(
        EvidenceRows(), events=(*EVENTS, own), organisation="AlmaLinux OS Foundation"
    ).known
    assert [key for key in known.events if known.is_own(known.events[key])] == ["own"]


@pytest.mark.parametrize("organisation", ["", "The Linux Foundation", "Open Source Foundation"])
def test_words_that_everybody_has_make_no_event_our_own(organisation: str) -> None:
    assert engine(EvidenceRows(), organisation=organisation).known.own == set()


def test_the_people_of_a_region_meet_the_scene_at_their_door() -> None:
    tokyo = {"city": "Tokyo", "country": "Japan"}
    scene = event("tokyo", "Linux Days Tokyo", date(2024, 9, 1), series="Linux Days", **tokyo)
    shop = event("shop", "Cloud Show Tokyo", date(2024, 9, 1), series="Cloud Show", **tokyo)
    far = event("far", "Linux Days Oslo", date(2024, 9, 1), city="Oslo", country="Norway",
                series="Linux Days")  # fmt: skip
    found = engine(EvidenceRows(), segments=(JAPAN,), events=(scene, shop, far))
    assert order(found, "japan") == ["tokyo"]


@pytest.mark.parametrize(
    ("word", "meets"),
    [("free software", True), ("Linux", True), ("open source databases", False), ("bread", False)],
)
def test_who_names_open_source_itself_meets_its_scene(word: str, meets: bool) -> None:
    crowd = SegmentText(slug="crowd", name="Crowd", keywords=(word,))
    fest = event("fest", "Linux Days", date(2024, 9, 1), series="Linux Days")
    found = engine(EvidenceRows(), segments=(crowd,), events=(fest, SC24)).hits("crowd")
    said = [hit.sentence for hit in found]
    assert ("Linux Days is an event of open source, which this segment names." in said) == meets


def test_only_so_many_pairs_are_kept() -> None:
    many = [replace(SIGGRAPH, key=f"s{number:03}") for number in range(30)]
    found = Engine([VFX], many, EvidenceRows(), as_of=TODAY, gazetteer=GAZETTEER, keep=10)
    assert len(found.all_hits()) == 10


# One change is felt only where it happens, and as if all had been matched anew.

CHANGED = replace(CLOUD, name="Houdini rendering days", series=None)
WITHOUT_ISSUE = EvidenceRows(gatherings=(GATHERS, AT_OSD))


def test_a_changed_event_is_matched_as_if_it_had_always_been_so() -> None:
    found = engine()
    found.all_hits()
    found.put_event(CHANGED)
    assert found.all_hits() == engine(events=(SIGGRAPH, OSD, SC24, CHANGED)).all_hits()
    found.drop_event("siggraph")
    found.drop_event("nobody")
    assert found.all_hits() == engine(events=(OSD, SC24, CHANGED)).all_hits()


def test_a_changed_segment_is_matched_as_if_it_had_always_been_so() -> None:
    found, other = engine(), replace(HPC, keywords=("rendering", "cloud"))
    found.all_hits()
    found.put_segment(other)
    assert found.all_hits() == engine(segments=(VFX, other)).all_hits()
    found.drop_segment("hpc")
    assert found.all_hits() == engine(segments=(VFX,)).all_hits()


def test_changed_evidence_is_felt_by_the_segments_it_concerns() -> None:
    found = engine()
    found.all_hits()
    found.put_evidence(WITHOUT_ISSUE, touched=["vfx"])
    assert found.all_hits() == engine(WITHOUT_ISSUE).all_hits()


def test_a_go_that_moves_takes_its_clash_along() -> None:
    go = OtherDecision(event="cloud", state="go", sentence="Go.", source="decisions")
    known = EvidenceRows(gatherings=(GATHERS,), decisions=(go,))
    oslo = {"city": "Oslo", "country": "Norway", "latitude": 59.9, "longitude": 10.7}
    moved = replace(CLOUD, starts=date(2024, 7, 30), ends=date(2024, 7, 30), **oslo)
    found = engine(known)
    found.all_hits()
    found.put_event(moved)
    assert found.all_hits() == engine(known, events=(SIGGRAPH, OSD, SC24, moved)).all_hits()


# Properties -------------------------------------------------------------------------------

DAYS = st.integers(-400, 400).map(lambda days: TODAY + timedelta(days=days))
SERIES = st.sampled_from(["SIGGRAPH", "SC", "Open Source Days", "Cloud Show"])
KEYS = st.sampled_from([known.key for known in EVENTS])
SLUGS = st.sampled_from(["vfx", "hpc"])
ROW = {"sentence": st.just("A sentence."), "source": st.just("a source"), "dated": DAYS}


def some(row: type, **fields: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(st.builds(row, **ROW, **fields), max_size=3).map(tuple)


EVIDENCE = st.builds(
    EvidenceRows,
    gatherings=some(
        GatheringRow, segment=SLUGS, series=SERIES, kind=st.sampled_from(["stated", "inferred"])
    ),
    attendances=some(
        PastVisit, series=SERIES, name=SERIES, starts=DAYS,
        status=st.sampled_from(["attended", "planned"]),
    ),
    issues=some(LiveIssue, segment=SLUGS, key=st.just("k"), title=st.just("t")),
    talks=some(
        TalkEvidence, event=KEYS, title=st.just("t"),
        state=st.sampled_from(["accepted", "rejected", "submitted"]),
    ),
    people=some(LocalPerson, event=KEYS, name=st.just("Ada"), km=st.floats(0, 500)),
    costs=some(
        Cost, event=KEYS, amount=st.floats(0, 9999), conversations=st.none() | st.integers(0, 99)
    ),
    recaps=some(
        Recap, series=SERIES, edition=st.just("e"),
        recommendation=st.sampled_from(["again", "skip"]),
    ),
    decisions=some(OtherDecision, event=KEYS, state=st.sampled_from(["go", "no_go"])),
)  # fmt: skip


def everything(evidence: EvidenceRows) -> list[ExplainedMatch]:
    found = engine(evidence)
    return [found.match(slug, known.key) for slug in ("vfx", "hpc") for known in EVENTS]


def known_by(evidence: EvidenceRows, day: date) -> EvidenceRows:
    """Take out by hand what was not known on a day."""
    kept = {
        name: tuple(row for row in getattr(evidence, name) if row.dated <= day)
        for name in EvidenceRows.__dataclass_fields__
    }
    kept["attendances"] = tuple(row for row in kept["attendances"] if row.starts <= day)
    return EvidenceRows(**kept)


@settings(deadline=None, max_examples=times(30, 1000))
@given(EVIDENCE)
def test_nothing_dated_after_the_day_of_the_match_counts(evidence: EvidenceRows) -> None:
    assert everything(evidence) == everything(known_by(evidence, TODAY))


@settings(deadline=None, max_examples=times(30, 1000))
@given(EVIDENCE)
def test_every_match_adds_up_and_every_known_reason_is_backed(evidence: EvidenceRows) -> None:
    rows = {row for name in EvidenceRows.__dataclass_fields__ for row in getattr(evidence, name)}
    for match in everything(evidence):
        assert match.score is None or 0 <= match.score <= 100
        assert (match.score is None) == (match.known == 0)
        for reason in match.reasons:
            assert reason.known == bool(reason.evidence)
            assert 0 <= reason.points <= reason.weight
            assert reason.sentence
            named = [row for row in reason.evidence if type(row).__name__ != "EvidenceRow"]
            assert set(named) <= rows


@settings(deadline=None, max_examples=times(20, 1000))
@given(EVIDENCE)
def test_what_lists_show_is_what_the_match_says(evidence: EvidenceRows) -> None:
    found = engine(evidence)
    for hit in found.all_hits():
        match = found.match(hit.segment, hit.event)
        assert (hit.score, hit.rank, hit.known) == (match.score, match.rank, match.known)


def test_the_same_facts_give_the_same_order() -> None:
    first = [hit.event for hit in engine().all_hits()]
    assert first == [hit.event for hit in engine(events=EVENTS[::-1]).all_hits()]
