"""The example foundation's files: complete, true to their clock, and pointing at each other."""

import json
from pathlib import Path
from typing import Any

import pytest

from outreach.catalog.places.lookup import distance_km, settle_place
from outreach.catalog.reading.conference_data import read_events

FOLDER = Path(__file__).parents[2] / "data" / "example"
TODAY = "2024-07-25"
RELEASE = "2024-08-08"
PLANNED = {
    *("answerBy", "startDate", "endDate", "cfpEndDate", "startsAt", "endsAt", "day"),
    *("leaves", "returns", "toldBy", "arrives", "fileBy", "arrivesFrom", "arrivesBy", "nextOn"),
}


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


EVENTS, HISTORY, SEGMENTS = load("events"), load("history"), load("segments")
TRACKERS, ISSUES, ASKS = load("trackers"), load("issues"), load("asks")
PEOPLE, TEAMS, DECISIONS = load("people"), load("teams"), load("decisions")
TALKS, PROPOSALS = load("talks"), load("proposals")
BRIEFS, BOOTHS = load("briefs"), load("booths")

EDITIONS = {(event["name"], event["startDate"]): event for event in EVENTS}
PAST = {(visit["event"], visit["startDate"]) for visit in HISTORY}
SLUGS = {segment["slug"] for segment in SEGMENTS}
NAMES = {person["name"] for person in PEOPLE}
# Of these series our list has no edition between January 2024 and the middle of 2025.
SERIES_WITHOUT_EDITION = {"CloudFest USA", "AlmaLinux Day: Tokyo"}

# What each row must have, and after the bar what it may have.
KEYS = {
    "segments": "slug name shortName who summary keywords upstreamProjects software regions"
    " channels gathers |",
    "events": "name startDate endDate url | city country online locales cfpUrl cfpEndDate cocUrl"
    " topics series boothCostUsd expectedAttendance note",
    "history": "event series startDate endDate online activities status source | city country note",
    "trackers": "slug kind name url |",
    "issues": "tracker key title url state opened body labels segments | stateNote matched",
    "asks": "tracker key segment event kind question audience symptom since how then back"
    " answerUrl helper goodUntil |",
    "people": "name email role homeCity homeCountry languages segments experience note |",
    "teams": "event startDate people |",
    "decisions": "event startDate state reason by on |",
    "talks": "title abstract minutes level language owner speakers segments note | coSpeakers",
    "proposals": "talk event startDate steps note | sentTitle answerBy startsAt endsAt room gives"
    " slidesUrl videoUrl feedback",
    "calls": "event startDate kind closes note | opensOn toldBy answerBy takes",
    "briefs": "events goal say faq contacts links |",
    "booths": "event startDate code label note hours shifts availability |",
    "checklists": "event startDate template late owners shows note |",
    "owners": "event startDate | approvals manualUrl nextOn notes organiser organiserContact",
    "trips": "name events people costs note |",
    "money": "person events state asked leaves returns lines note | approved approvedBy accepted",
}


@pytest.mark.parametrize("name", KEYS)
def test_every_row_has_the_agreed_keys(name: str) -> None:
    must, may = (set(part.split()) for part in KEYS[name].split("|"))
    for row in load(name):
        assert must <= set(row) <= must | may, row


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_files_are_written_in_one_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"


def test_the_files_are_as_large_as_promised() -> None:
    assert load("foundation")["clock"] == "2024-07-25T15:14:00Z"
    assert len(SEGMENTS) == 14
    assert len(EVENTS) >= 170
    assert len(ISSUES) >= 45
    assert len(PEOPLE) == 14
    assert 4 <= len(ASKS) <= 6
    assert [issue for issue in ISSUES if not issue["segments"]]
    assert len({tracker["kind"] for tracker in TRACKERS}) >= 3


def test_the_catalogue_reads_every_event_without_a_complaint() -> None:
    rows = read_events((FOLDER / "events.json").read_bytes())
    assert [row.errors for row in rows if row.errors] == []
    assert all("2024-01-01" <= event["startDate"] <= "2025-06-30" for event in EVENTS)
    assert all(event["startDate"] <= event["endDate"] for event in EVENTS)
    assert len(EDITIONS) == len(EVENTS)


def test_the_place_of_every_event_and_person_is_found() -> None:
    places = [(row.get("city"), row.get("country")) for row in EVENTS + HISTORY]
    places += [(person["homeCity"], person["homeCountry"]) for person in PEOPLE]
    assert [place for place in places if place[0] and settle_place(*place) is None] == []


def test_an_event_is_online_or_somewhere() -> None:
    assert [row for row in EVENTS + HISTORY if not row.get("online") and "city" not in row] == []


STORY = [
    ("Open Source Days", "2024-07-28", "2024-07-28", "Denver, CO"),
    ("SIGGRAPH", "2024-07-28", "2024-08-01", "Denver, CO"),
    ("SIGGRAPH Asia", "2024-12-03", "2024-12-06", "Tokyo"),
    ("Blender Conference", "2024-10-23", "2024-10-25", "Amsterdam"),
    ("FOSSY", "2024-08-01", "2024-08-04", "Portland, OR"),
    ("Flock to Fedora", "2024-08-07", "2024-08-10", "Rochester, NY"),
    ("All Things Open", "2024-10-27", "2024-10-29", "Raleigh, NC"),
    ("SeaGL", "2024-11-08", "2024-11-09", "Seattle, WA"),
    ("SC24", "2024-11-17", "2024-11-22", "Atlanta, GA"),
    ("CloudFest", "2024-03-18", "2024-03-21", "Rust"),
    ("FOSDEM", "2024-02-03", "2024-02-04", "Brussels"),
    ("SCaLE 21x", "2024-03-14", "2024-03-17", "Pasadena, CA"),
]


@pytest.mark.parametrize(("name", "start", "end", "city"), STORY)
def test_the_story_names_real_days_and_places(name: str, start: str, end: str, city: str) -> None:
    event = EDITIONS[name, start]
    assert (event["endDate"], event["city"]) == (end, city)


def test_history_of_2024_is_about_events_of_the_catalogue() -> None:
    for row in HISTORY:
        if row["startDate"] >= "2024":
            event = EDITIONS[row["event"], row["startDate"]]
            assert (event["endDate"], event["series"]) == (row["endDate"], row["series"])
        assert row["endDate"] < TODAY
        assert row["status"] in {"attended", "planned"}


def test_history_is_complete(shared_data: Path) -> None:
    path = shared_data / "events" / "history-almalinux-until-2024-07-24.json"
    given = json.loads(path.read_text(encoding="utf-8"))
    facts = ("startDate", "endDate", "activities", "status")
    ours = [[row[key] for key in facts] for row in HISTORY]
    assert ours == [[row[key] for key in facts] for row in given]


def test_segments_keep_their_slugs_and_gatherings(shared_data: Path) -> None:
    given = json.loads((shared_data / "segments" / "almalinux.json").read_text(encoding="utf-8"))
    assert [row["slug"] for row in given] == [segment["slug"] for segment in SEGMENTS]
    for row, segment in zip(given, SEGMENTS, strict=True):
        ours = {(place["series"], place["evidence"]) for place in segment["gathers"]}
        assert {(place["event"], place["evidence"]) for place in row["gathers"]} <= ours
        assert row["summary"] != segment["summary"]


def test_every_gathering_is_a_sentence_with_its_source() -> None:
    known = {row["series"] for row in EVENTS + HISTORY if "series" in row}
    for segment in SEGMENTS:
        for gathering in segment["gathers"]:
            assert gathering["series"] in known | SERIES_WITHOUT_EDITION
            assert gathering["evidence"] in {"stated", "inferred"}
            assert gathering["sentence"].endswith(".")
            assert gathering["sourceUrl"].startswith("https://")
            assert gathering["date"] is None or gathering["date"] <= TODAY
            assert gathering["evidence"] == "inferred" or gathering["date"]


def test_at_least_a_hundred_events_concern_nobody() -> None:
    touched = {(row["event"], row["startDate"]) for row in DECISIONS + HISTORY + TEAMS + PROPOSALS}
    series = {gathering["series"] for segment in SEGMENTS for gathering in segment["gathers"]}
    words = {word.casefold() for segment in SEGMENTS for word in segment["keywords"]}
    others = [
        event
        for key, event in EDITIONS.items()
        if key not in touched
        and event.get("series") not in series
        and not words & {topic.casefold() for topic in event.get("topics", [])}
    ]
    assert len(others) >= 100
    assert len({event.get("country") for event in others}) >= 25


def test_a_decision_is_about_an_event_and_older_than_today() -> None:
    for row in DECISIONS:
        event = EDITIONS[row["event"], row["startDate"]]
        assert row["state"] in {"proposed", "go", "no-go"}
        assert row["on"] <= min(TODAY, event["startDate"])
        assert row["reason"] and row["by"] in NAMES


def test_what_was_attended_in_2024_had_been_decided() -> None:
    gone = {(row["event"], row["startDate"]) for row in DECISIONS if row["state"] == "go"}
    attended = (row for row in HISTORY if row["status"] == "attended")
    assert {(r["event"], r["startDate"]) for r in attended if r["startDate"] >= "2024"} <= gone


def test_denver_waits_for_a_go() -> None:
    state = {(row["event"], row["startDate"]): row for row in DECISIONS}
    for name in ("Open Source Days", "SIGGRAPH"):
        assert state[name, "2024-07-28"]["state"] == "proposed"
    assert state["FOSSY", "2024-08-01"]["reason"] == "same days as SIGGRAPH"


def test_people_are_plainly_invented() -> None:
    assert len(NAMES) == len(PEOPLE)
    for person in PEOPLE:
        assert person["name"].split()[1:] in (["Example"], ["Sample"])
        assert person["email"].endswith("@example.org")
        assert person["note"] == "invented"
        assert set(person["segments"]) <= SLUGS
        assert person["role"] in {"staff", "volunteer"}
        assert person["experience"] in {"experienced", "first-timer"}


def test_two_live_near_denver_and_two_know_visual_effects() -> None:
    denver = settle_place("Denver, CO", "U.S.A.")
    assert denver
    homes = {p["name"]: settle_place(p["homeCity"], p["homeCountry"]) for p in PEOPLE}
    here = (denver.latitude, denver.longitude)
    assert {
        name
        for name, home in homes.items()
        if home and distance_km(*here, home.latitude, home.longitude) <= 80
    } == {"Noor Sample", "Ben Sample"}
    artists = {p["name"] for p in PEOPLE if "media-entertainment" in p["segments"]}
    assert artists == {"Ada Example", "Lin Example"}


def test_teams_talks_and_briefs_name_known_people_and_events() -> None:
    for team in TEAMS:
        assert (team["event"], team["startDate"]) in EDITIONS
        assert {person["name"] for person in team["people"]} <= NAMES
        assert any(person["lead"] for person in team["people"])
    for talk in TALKS:
        assert {talk["owner"], *talk["speakers"]} <= NAMES
        assert not set(talk.get("coSpeakers", [])) & NAMES
        assert set(talk["segments"]) <= SLUGS
        assert talk["note"] == "invented example"
    for proposal in PROPOSALS:
        assert (proposal["event"], proposal["startDate"]) in EDITIONS.keys() | PAST
        assert proposal["talk"] in {talk["title"] for talk in TALKS}
        assert proposal["note"] == "invented example"
        days = [day for _state, day, *_ in proposal["steps"]]
        assert days == sorted(days)
        assert days[-1] <= TODAY
    for brief in BRIEFS:
        assert all((row["event"], row["startDate"]) in EDITIONS for row in brief["events"])
        assert {row["who"] for row in brief["contacts"]} <= NAMES
        assert all(row["phone"].startswith("555-01") for row in brief["contacts"])


def test_the_words_of_a_brief_fit_one_page() -> None:
    for brief in BRIEFS:
        assert len(brief["say"]) <= 3
        assert len(brief["faq"]) <= 3
        assert len(json.dumps(brief, ensure_ascii=False)) < 2200


def test_an_issue_has_its_tracker_and_its_own_words() -> None:
    trackers = {tracker["slug"]: tracker for tracker in TRACKERS}
    assert len({(issue["tracker"], issue["key"]) for issue in ISSUES}) == len(ISSUES)
    for issue in ISSUES:
        assert issue["url"].startswith(trackers[issue["tracker"]]["url"])
        assert issue["state"] in {"open", "closed"}
        assert issue["opened"] is None or issue["opened"] <= TODAY
        assert issue["body"]
        text = " ".join([issue["title"], issue["body"], issue["key"]]).casefold()
        for link in issue["segments"]:
            assert link["slug"] in SLUGS
            assert [word for word in link["phrases"] if word.casefold() not in text] == []


def test_keys_of_github_are_those_of_their_addresses() -> None:
    for issue in (issue for issue in ISSUES if issue["tracker"] == "github"):
        key = issue["url"].removeprefix("https://github.com/")
        assert key.replace("/issues/", "#").replace("/pull/", "#") == issue["key"]


def test_asks_are_about_known_issues_people_and_series() -> None:
    issues = {(issue["tracker"], issue["key"]): issue for issue in ISSUES}
    series = {event["series"] for event in EVENTS if "series" in event}
    for ask in ASKS:
        issue = issues[ask["tracker"], ask["key"]]
        assert ask["segment"] in {link["slug"] for link in issue["segments"]}
        assert ask["event"] is None or ask["event"] in series
        assert ask["helper"] in NAMES
        assert ask["kind"] in {"test", "reproduce", "review", "tell", "good-news"}
        assert ask["goodUntil"]


def test_the_glibc_story_is_complete() -> None:
    keys = {issue["key"]: issue for issue in ISSUES}
    assert keys["RHEL-39415"]["state"] == "open"
    assert "media-entertainment" in {link["slug"] for link in keys["RHEL-39415"]["segments"]}
    assert keys["redhat/centos-stream/rpms/glibc!176"]["state"] == "closed"
    ask = next(ask for ask in ASKS if ask["key"] == "RHEL-39415")
    assert ask["how"][0] == "dnf install almalinux-release-testing --refresh"
    assert ask["how"][1:] == ["dnf update 'glibc*'"]
    assert ask["back"] == ["dnf remove almalinux-release-testing", "dnf update"]


def dates_in(value: Any, key: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [found for name, part in value.items() for found in dates_in(part, name)]
    if isinstance(value, list):
        return [found for part in value for found in dates_in(part, key)]
    return [(key, value[:10])] if isinstance(value, str) and value[:2] == "20" else []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_nothing_but_plans_is_dated_after_the_clock(path: Path) -> None:
    found = dates_in(json.loads(path.read_text(encoding="utf-8")))
    assert [day for key, day in found if key not in PLANNED and day > TODAY] == []


def test_the_later_release_of_the_package_is_not_known_yet() -> None:
    for path in FOLDER.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert "8 August" not in text
        assert path.name == "events.json" or RELEASE not in text


SHIFTS = [(booth, shift) for booth in BOOTHS for shift in booth["shifts"]]


def test_shifts_lie_in_the_hours_and_name_known_people() -> None:
    for booth, shift in SHIFTS:
        assert (booth["event"], booth["startDate"]) in EDITIONS
        hours = [row for row in booth["hours"] if row["day"] == shift["day"]]
        assert any(
            row["from"] <= shift["from"] < shift["until"] <= row["until"]
            and row["kind"] == shift["kind"]
            for row in hours
        ), shift
        assert {person["name"] for person in shift["people"]} <= NAMES


def test_nobody_stands_at_two_places_and_one_slot_is_empty() -> None:
    taken: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for _, shift in SHIFTS:
        for person in shift["people"]:
            stretches = taken.setdefault((person["name"], shift["day"]), [])
            assert all(
                shift["from"] >= until or shift["until"] <= start for start, until in stretches
            )
            stretches.append((shift["from"], shift["until"]))
    empty = [shift for _, shift in SHIFTS if not shift["people"]]
    assert [(shift["day"], shift["from"]) for shift in empty] == [("2024-07-31", "15:00")]
