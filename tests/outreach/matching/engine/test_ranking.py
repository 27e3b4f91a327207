"""What the ranking of a whole foundation takes from its segments, and what moves it."""

from datetime import date, timedelta

import pytest

from outreach.catalog.series.known import SeriesRow
from outreach.matching.engine.leaning import leaning
from outreach.matching.engine.match import Engine
from outreach.matching.engine.ranking import RankedEvent, Ranking
from outreach.matching.engine.terms import EventText, EvidenceRows, GatheringRow, SegmentText
from outreach.matching.engine.text.event_texts import Corpus, segment_grams
from outreach.matching.engine.text.series_index import Shelf, shelf_of

SERIES = (
    SeriesRow("Linux Fest", about=("linux", "open source"), size=500),
    SeriesRow("Free Fest", about=("open source", "community"), size=500),
    SeriesRow("Great Fest", about=("open source", "community"), size=5000),
    SeriesRow("Side Fest", about=("open source governance",), size=500),
    SeriesRow("Walrus Days", about=("walrusdb", "databases")),
    SeriesRow("Cluster Days", about=("kubernetes", "containers"), size=5000),
    SeriesRow("Cluster Days Oslo", about=("kubernetes", "containers"), size=100),
    SeriesRow("Baking Forum", about=("bread", "ovens")),
    *(SeriesRow(f"Filler {number}", about=(f"subject{number}",)) for number in range(40)),
)
DAY = date(2024, 3, 1)


def event(series: str, day: int = 0) -> EventText:
    starts = DAY + timedelta(days=day)
    return EventText(key=series, name=series, starts=starts, ends=starts, series=series)


def segment(slug: str, *keywords: str) -> SegmentText:
    return SegmentText(slug=slug, name=slug, keywords=keywords)


def ranking(
    segments: list[SegmentText],
    *names: str,
    said: tuple[GatheringRow, ...] = (),
    organisation: str = "",
) -> tuple[Ranking, dict[str, RankedEvent]]:
    events = [event(name, 40 * place) for place, name in enumerate(names)]
    engine = Engine(
        segments, events, EvidenceRows(gatherings=said), as_of=date(2024, 1, 1), gazetteer=SERIES,
        organisation=organisation,
    )  # fmt: skip
    made = Ranking(engine)
    return made, {found.event: found for found in made.ranked()}


def test_festivals_of_linux_matter_less_to_those_who_do_not_speak_of_it() -> None:
    bakers, systems = segment("bakers", "bread"), segment("systems", "linux kernel", "packaging")
    _, without = ranking([bakers], "Linux Fest", "Free Fest")
    _, with_one = ranking([bakers, systems], "Linux Fest", "Free Fest")
    assert without["Linux Fest"].signs.scene < with_one["Linux Fest"].signs.scene


def test_small_festivals_of_the_scene_are_where_those_meet_who_live_with_linux() -> None:
    bakers, systems = segment("bakers", "bread"), segment("systems", "linux kernel")
    _, without = ranking([bakers], "Free Fest", "Great Fest")
    _, with_one = ranking([bakers, systems], "Free Fest", "Great Fest")
    assert without["Free Fest"].signs.scene < with_one["Free Fest"].signs.scene
    assert without["Great Fest"].signs.scene == with_one["Great Fest"].signs.scene


def test_a_side_of_open_source_is_half_of_the_scene() -> None:
    _, found = ranking([segment("bakers", "bread")], "Side Fest", "Free Fest", "Baking Forum")
    scene = {name: row.signs.scene for name, row in found.items()}
    assert scene["Free Fest"] > scene["Side Fest"] > scene["Baking Forum"] == 0


def test_what_most_segments_name_is_the_subject_of_a_foundation_without_a_name() -> None:
    crews = [segment(f"crew{number}", "walrusdb", f"thing{number}") for number in range(3)]
    made, found = ranking(crews, "Walrus Days", "Baking Forum")
    days = found["Walrus Days"]
    assert days.signs.own > 0.5
    sentences = [row.sentence for row in made.rows(days)]
    assert "Walrus Days is about walrusdb, which 3 of 3 segments name." in sentences
    _, alone = ranking([crews[0], segment("bakers", "bread")], "Walrus Days")
    assert alone["Walrus Days"].signs.own == 0


@pytest.mark.parametrize("count", [0, 1])
def test_without_segments_or_with_one_there_is_no_shared_subject(count: int) -> None:
    assert leaning([segment("a", "walrusdb")] * count, {"walrusdb": 0.9}).subjects == {}


def test_events_about_the_same_count_less_one_after_the_other() -> None:
    cluster = [segment("cluster", "kubernetes", "containers")]
    _, both = ranking(cluster, "Cluster Days", "Cluster Days Oslo")
    _, alone = ranking(cluster, "Cluster Days Oslo")
    assert both["Cluster Days"].worth > both["Cluster Days Oslo"].worth
    assert both["Cluster Days Oslo"].signs.words < alone["Cluster Days Oslo"].signs.words


def test_they_count_more_where_a_segment_names_what_they_are_about() -> None:
    lost = []
    for words in (("kubernetes", "containers"), ("kubernetes operators", "containers")):
        _, both = ranking([segment("cluster", *words)], "Cluster Days", "Cluster Days Oslo")
        _, alone = ranking([segment("cluster", *words)], "Cluster Days Oslo")
        name = "Cluster Days Oslo"
        lost.append(both[name].signs.words / alone[name].signs.words)
    assert lost[0] > lost[1]


def test_an_own_event_takes_no_place_from_others_about_the_same() -> None:
    cluster = [segment("cluster", "kubernetes", "containers")]
    # The name of the organisation makes "Cluster Days" its own.
    _, both = ranking(cluster, "Cluster Days Oslo", "Cluster Days", organisation="Penguin")
    _, own = ranking(cluster, "Cluster Days Oslo", organisation="Penguin")
    assert both["Cluster Days Oslo"].signs.words < own["Cluster Days Oslo"].signs.words
    ours = EventText(key="o", name="Penguin Day", starts=DAY, ends=DAY, series="Cluster Days")
    engine = Engine(
        cluster, [event("Cluster Days Oslo"), ours], EvidenceRows(), as_of=DAY, gazetteer=SERIES,
        organisation="Penguin",
    )  # fmt: skip
    beside = {row.event: row for row in Ranking(engine).ranked()}
    assert beside["o"].signs.own > 0.9
    assert beside["Cluster Days Oslo"].signs.words == own["Cluster Days Oslo"].signs.words


@pytest.mark.parametrize(("kind", "how"), [("stated", ""), ("inferred", "probably ")])
def test_what_is_like_a_place_where_people_gather_gains_and_says_so(kind: str, how: str) -> None:
    said = GatheringRow(
        segment="bakers", series="Cluster Days", kind=kind,  # type: ignore[arg-type]
        sentence="They gather there.", source="a page",
    )  # fmt: skip
    bakers = [segment("bakers", "bread")]
    made, found = ranking(bakers, "Cluster Days", "Cluster Days Oslo", said=(said,))
    oslo = found["Cluster Days Oslo"]
    assert oslo.signs.kin > 0.1
    assert f"It is about much the same as Cluster Days, where our people {how}gather." in [
        row.sentence for row in made.rows(oslo)
    ]
    _, without = ranking(bakers, "Cluster Days", "Cluster Days Oslo")
    assert without["Cluster Days Oslo"].signs.kin == 0


def test_a_project_of_everybody_says_less_unless_the_segment_is_about_it() -> None:
    common = Shelf({}, {"kubernetes": 0.4, "walrusdb": 0.9})
    nothing = Shelf({}, {})
    users = SegmentText("users", "Users", projects=("Kubernetes", "WalrusDB"))
    crew = SegmentText("crew", "Crew", keywords=("kubernetes",), projects=("Kubernetes",))
    assert segment_grams(users, common)["kubernetes"] < segment_grams(users, nothing)["kubernetes"]
    assert segment_grams(users, common)["walrusdb"] == segment_grams(users, nothing)["walrusdb"]
    assert segment_grams(crew, common)["kubernetes"] == 1.0


def test_a_large_series_stands_before_a_small_one_that_says_the_same() -> None:
    cluster = [segment("cluster", "kubernetes", "containers")]
    made, _ = ranking(cluster, "Cluster Days Oslo", "Cluster Days")
    known = made.engine.known
    assert known.words("cluster", "Cluster Days") > known.words("cluster", "Cluster Days Oslo")


def test_a_sentence_names_no_subject_twice() -> None:
    row = SeriesRow(
        "Chip Days", about=("gpu computing", "gpu", "linux"), audience=("linux users", "bakers")
    )
    corpus = Corpus(shelf_of([row]))
    chips = EventText(key="c", name="Chip Days", starts=DAY, ends=DAY, series="Chip Days")
    wanted = dict.fromkeys(["gpu", "linux", "linux user", "baker"], 1.0)
    said = corpus.shared(corpus.add(chips), chips, wanted)
    assert [sum(word in text for text in said) for word in ("gpu", "linux", "bakers")] == [1, 1, 1]
