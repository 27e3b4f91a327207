"""The house keeps its shape: its description is true, its parts are small, its pages are strict.

`NOT_MORE_THAN` holds numbers that may fall and never rise. A change that lowers a count lowers
its number here in the same commit, so that nothing slips in below it.
"""

import ast
import gzip
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import counted

ROOT = Path(__file__).parent.parent
PARTS = ("models", "outreach", "views", "worker")
FILE_LINES = 400
FUNCTION_LINES = 50
TEMPLATE_COLUMNS = 120
STAFF_STYLES, PHONE_STYLES = 10_000, 8_000
"""The most that the stylesheets may have as bytes: packed with gzip, and as they are sent."""
# Scripts belong in static/, looks in the stylesheet: the Content-Security-Policy refuses the rest.
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script without src": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "a javascript: address": re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE),
}
JINJA = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
SPACE_AT_EDGE = re.compile(r"<(?!(?:input|img|br)\b)[a-z][^<>]*(?<!/)> +\S|\S +</[a-z]+>")
WORDS = set(
    "segment event series gathering match trip season portfolio decision booth kit swag shift"
    " sign-up roster coverage missing gap swap cover withdraw lead expert first-timer call talk"
    " tracker issue ask brief checklist deadline".split()
) | {"waiting list"}
"""Those of the product's words whose feature exists."""
# Built by make or written by the running program; the description need not name them.
BUILT = {"instance"}


def sources() -> Iterator[Path]:
    """Give every Python file of the program itself."""
    yield from (path for part in PARTS for path in sorted((ROOT / part).rglob("*.py")))
    yield from (ROOT / "app.py", ROOT / "settings.py")


def short(path: Path) -> str:
    """Give a path as a reader of the repository knows it."""
    return str(path.relative_to(ROOT))


def tracked_folders() -> set[str]:
    """Give the top-level folders, without the ones that git does not keep."""
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"}
    asked = subprocess.run(
        ["git", "-C", ROOT, "check-ignore", *sorted(found)], capture_output=True, text=True
    )
    return found - BUILT - set(asked.stdout.split())


def packages_of_outreach() -> set[str]:
    """Give the rule packages."""
    return {path.parent.name for path in (ROOT / "outreach").glob("*/__init__.py")}


def described() -> str:
    """Give the text of the description of the house."""
    return (ROOT / "docs/ARCHITECTURE.md").read_text()


def test_the_description_names_every_top_level_folder() -> None:
    text = described()
    assert [name for name in sorted(tracked_folders()) if f"{name}/" not in text] == []


def test_the_description_names_every_package_of_outreach() -> None:
    text = described()
    named = set(re.findall(r"\b([a-z_]+)/", text))
    assert sorted(packages_of_outreach() - named) == []


def test_the_description_names_nothing_that_is_gone() -> None:
    """Every `word/` or `path/file.py` in it must be found, from the root or inside outreach/."""
    names = re.findall(r"(?<![\w/.:<-])(?:[a-z_][\w-]*/)+[\w.-]*|\b[a-z_]+\.py\b", described())
    gone = [
        name
        for name in sorted(set(names))
        if not any((base / name).exists() for base in (ROOT, ROOT / "outreach"))
        and name.rstrip("/") not in BUILT
    ]
    assert gone == []


def test_every_word_of_the_product_has_its_home() -> None:
    """Who looks for a word finds a module or a package; that it exists is tested above."""
    table = described().partition("| word | home |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.count("|") == 3]
    homes = {word.strip(): home for words, home in rows for word in words.split(",")}
    assert sorted(WORDS - homes.keys()) == []
    assert [word for word, home in homes.items() if word != "---" and "`" not in home] == []


def test_a_file_fits_in_the_head() -> None:
    lines = {short(path): len(path.read_text().splitlines()) for path in sources()}
    assert {path: count for path, count in lines.items() if count > FILE_LINES} == {}


def test_a_function_fits_on_a_screen() -> None:
    lines = {
        f"{short(path)}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: count for name, count in lines.items() if count > FUNCTION_LINES} == {}


def test_templates_hold_no_inline_script_or_style() -> None:
    """Mail has no stylesheet of its own to link to, and no policy: it is left out."""
    pages = [
        path
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if "mail" not in path.relative_to(ROOT).parts
    ]
    found = [f"{short(page)}: {what}" for page in pages for what in inline(page)]
    assert found == []


def test_a_line_of_a_template_fits_on_a_screen() -> None:
    long = {
        f"{short(path)}:{number}": len(line)
        for path in templates()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > TEMPLATE_COLUMNS
    }
    assert long == {}


def test_no_element_has_a_space_at_its_edge() -> None:
    """The formatter may break the line there, and a break at an edge is not sent."""
    found = [
        f"{short(path)}: {edge}"
        for path in templates()
        for edge in SPACE_AT_EDGE.findall(JINJA.sub("·", path.read_text()))
    ]
    assert found == []


def templates() -> list[Path]:
    """Return what pages are made from."""
    return [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]


def test_stylesheets_stay_small() -> None:
    """They may be cut into files by part; those whose names begin with phone are the phone's."""
    sheets = sorted((ROOT / "static").rglob("*.css"))
    phone = [path for path in sheets if path.name.startswith("phone")]
    assert sum(path.stat().st_size for path in phone) <= PHONE_STYLES
    staff = [gzip.compress(path.read_bytes()) for path in sheets if path not in phone]
    assert sum(len(packed) for packed in staff) <= STAFF_STYLES


@pytest.mark.parametrize("sheet", sorted((ROOT / "static").glob("*.css")), ids=lambda one: one.name)
def test_a_class_has_one_look(sheet: Path) -> None:
    """A property that two rules give one selector differently: two parts chose the same name."""
    looks: dict[str, set[str]] = {}
    for selectors, body in rules_of(sheet.read_text()):
        declared = dict(one.split(":", 1) for one in body.split(";") if ":" in one)
        for selector in selectors.split(","):
            for name, value in declared.items() if selector.strip().startswith(".") else ():
                looks.setdefault(f"{selector} {name}", set()).add(value)
    assert [one for one, values in looks.items() if len(values) > 1] == []


def rules_of(sheet: str) -> Iterator[tuple[str, str]]:
    """Give each rule's selectors and own declarations, but for rules of media and the nested."""
    rest, nested = (
        re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL),
        re.compile(r"[^{};]*\{[^{}]*\}"),
    )
    depth, kept = 0, ""
    for mark in re.findall(r"[{}]|[^{}]+", rest):
        kept += mark
        depth += (mark == "{") - (mark == "}")
        if mark == "}" and depth == 0:
            selectors, _brace, body = kept[:-1].partition("{")
            kept = ""
            while nested.search(body):
                body = nested.sub("", body)
            if not selectors.strip().startswith("@"):
                yield selectors.strip(), body


def inline(page: Path) -> list[str]:
    """Name what the policy would refuse on a page; template comments do not count."""
    text = re.sub(r"\{#.*?#\}", "", page.read_text(), flags=re.DOTALL)
    return [what for what, pattern in INLINE.items() if pattern.search(text)]


NOT_MORE_THAN: dict[Callable[[], list[str]], int] = {
    counted.class_names_twice: 0,
    counted.facades: 0,
    counted.wide_template_lines: 0,
    counted.setters_of_state: 1,
    counted.readers_of_state: 3,
    counted.own_counts_of_missing: 0,
    counted.ways_to_undo: 1,
    counted.routes_that_undo: 1,
    counted.namers_of_audit_entries: 3,
    counted.refusals_caught_in_views: 2,
    counted.refreshes_from_views: 0,
    counted.own_clocks: 0,
    counted.sums_in_templates: 0,
}
MODULES_IN_A_FOLDER = 16


@pytest.mark.parametrize("count", NOT_MORE_THAN, ids=lambda count: count.__name__)
def test_the_number_never_rises_and_is_lowered_when_it_falls(
    count: Callable[[], list[str]],
) -> None:
    found = count()
    assert len(found) == NOT_MORE_THAN[count], "\n".join([count.__doc__ or "", *found])


def test_a_folder_is_grouped_by_noun_before_it_grows_long() -> None:
    assert len(counted.modules_in_one_folder()) <= MODULES_IN_A_FOLDER
