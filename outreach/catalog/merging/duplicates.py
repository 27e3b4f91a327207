"""Finds events that look like one: the same name, near dates, and no place against it."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.catalog.facts import event_key
from outreach.catalog.places.lookup import distance_km
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.series.edition_names import name_words

NEAR_DAYS = 5
"""Days that may lie between two dates of one event: sources count workshop days differently."""
NEAR_KM = 50.0


@dataclass(frozen=True, slots=True)
class Lookalike:
    """What has to be known of an event to tell whether another one is the same."""

    id: int
    name: str
    starts_on: date
    ends_on: date
    series: str | None = None
    city: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_online: bool | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two events that look like one, and the sentence that says why."""

    kept_id: int
    other_id: int
    sentence: str


def find_duplicates(
    fresh: Iterable[Lookalike],
    known: Sequence[Lookalike] = (),
    answered: Container[frozenset[int]] = (),
) -> list[Pair]:
    """Pair each fresh event with the first that it repeats, known or fresh.

    The first of two is the one to keep; pairs that were `answered` are left out. An address
    proves nothing: hundreds of editions share the address of their series.
    """
    by_name: dict[str, list[Lookalike]] = defaultdict(list)
    for candidate in known:
        for name in _names(candidate):
            by_name[name].append(candidate)
    pairs: list[Pair] = []
    for candidate in fresh:
        for other in _alike(candidate, by_name):
            if frozenset((other.id, candidate.id)) not in answered:
                pairs.append(Pair(other.id, candidate.id, _sentence(other, candidate)))
                break
        for name in _names(candidate):
            by_name[name].append(candidate)
    return pairs


def _sentence(one: Lookalike, other: Lookalike) -> str:
    return f"{_same_name(one, other)}, {_when(one, other)}{_where(one, other)}."


def _names(candidate: Lookalike) -> set[str]:
    names = {event_key(candidate.name)}
    return names | {f"series {candidate.series}"} if candidate.series else names


def _alike(candidate: Lookalike, by_name: dict[str, list[Lookalike]]) -> Iterator[Lookalike]:
    for name in _names(candidate):
        for other in by_name[name]:
            if _may_be_one_edition(candidate, other) and _may_be_one_place(candidate, other):
                yield other


def _may_be_one_edition(one: Lookalike, other: Lookalike) -> bool:
    """Compare the days: the same ones, where the series but not the name is the same.

    A series may be a roof over several conferences in one house and week ("JavaScript
    Days", "HTML & CSS Days"): a shared word then tells siblings. What begins alike or
    shares no word is one name and its long form ("SCaLE", "Southern California Linux Expo").
    """
    apart = timedelta(days=NEAR_DAYS)
    keys = sorted((event_key(one.name), event_key(other.name)), key=len)
    if keys[0] != keys[1]:
        shared = set(name_words(one.name)) & set(name_words(other.name))
        same_days = (one.starts_on, one.ends_on) == (other.starts_on, other.ends_on)
        return same_days and (not shared or keys[1].startswith(keys[0]))
    return one.starts_on <= other.ends_on + apart and other.starts_on <= one.ends_on + apart


def _may_be_one_place(one: Lookalike, other: Lookalike) -> bool:
    """Tell whether nothing known speaks against one place; unknown is not "elsewhere"."""
    if None not in (one.latitude, one.longitude, other.latitude, other.longitude):
        return _km(one, other) <= NEAR_KM
    if one.city and other.city:
        return fold_name(_town(one.city)) == fold_name(_town(other.city))
    if one.country and other.country:
        return fold_name(one.country) == fold_name(other.country)
    return not (_is_only_online(one) or _is_only_online(other)) or _online_agrees(one, other)


def _km(one: Lookalike, other: Lookalike) -> float:
    return distance_km(
        one.latitude or 0.0, one.longitude or 0.0, other.latitude or 0.0, other.longitude or 0.0
    )


def _town(city: str) -> str:
    return city.partition(",")[0]


def _is_only_online(candidate: Lookalike) -> bool:
    return bool(candidate.is_online) and not candidate.city and not candidate.country


def _online_agrees(one: Lookalike, other: Lookalike) -> bool:
    """An event that is only online is not one that nobody can join from home."""
    return False not in (one.is_online, other.is_online)


def _same_name(one: Lookalike, other: Lookalike) -> str:
    if event_key(one.name) == event_key(other.name):
        return "The same name"
    return f"Both are editions of {one.series}"


def _when(one: Lookalike, other: Lookalike) -> str:
    if (one.starts_on, one.ends_on) == (other.starts_on, other.ends_on):
        return "the same days"
    if one.starts_on <= other.ends_on and other.starts_on <= one.ends_on:
        return "days in common"
    gap = max(one.starts_on - other.ends_on, other.starts_on - one.ends_on).days
    return f"{gap} {'day' if gap == 1 else 'days'} apart"


def _where(one: Lookalike, other: Lookalike) -> str:
    if one.city and other.city:
        return f" and the same place, {_town(one.city)}"
    if _is_only_online(one) and _is_only_online(other):
        return " and both are online"
    if one.city or other.city:
        return "; one of them does not say where"
    return "; neither says where"
