"""Which tests run on PostgreSQL too: those of what can behave differently there, read off the code.

A rule that locks, names a dialect, sorts what may be NULL or writes SQL by hand can differ; so can
what many do at once, tables with their constraints, and migrations. The rest is SQLAlchemy's, which
says the same to both; that every page comes on PostgreSQL is one walk's business.
"""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PARTS = ("models", "outreach", "views", "worker")
DIFFERS = re.compile(
    r"with_for_update|wait_for_others|exec_driver_sql|nulls_(?:first|last)"
    r"|sqlalchemy\.dialects|\.dialect\b"
)
AT_ONCE = re.compile(r"\b(?:Thread|Barrier|ThreadPoolExecutor)\(|exec_driver_sql")
IMPORTS = re.compile(
    r"^[ ]*(?:from ([\w.]+) import (\([^)]*\)|[^\n(#]+)|import ([^\n#]+))(?:#.*)?$", re.MULTILINE
)
"""Read without a parser: every run reads every module by it."""
COMMENT = re.compile(r"#.*")
STORED = re.compile(r"\b(?:stored|session|engine|database_url)\b")
ALWAYS = (
    "tests/models/",
    "tests/deploy/test_containerfile.py",
    "tests/outreach/operations/",
    "tests/outreach/planning/people/",
    "tests/test_migrations.py",
    "tests/commands/test_torture.py",
    "tests/views/test_every_route.py",
    "tests/views/office/test_outbox",
    "tests/views/office/test_webhook_views.py",
    "tests/views/events/test_events.py",
    "tests/views/office/test_trackers.py",
)
"""Tables, migrations, the container, a crowd at the served program, every route, locks of pages."""
OWN_FILE = ("tests/journeys/", "tests/commands/", "tests/data/")
"""Tests that bring a SQLite file of their own."""


@cache
def differing() -> frozenset[str]:
    """Name the modules of the program whose database calls can differ."""
    return frozenset(name for name, text in program().items() if _differs(text))


@cache
def program() -> dict[str, str]:
    """Return the text of every module of the program by its name."""
    files = (path for part in PARTS for path in (ROOT / part).rglob("*.py"))
    return {_name_of(path): path.read_text() for path in files}


def _differs(text: str) -> bool:
    return bool(DIFFERS.search(text)) or "sqlalchemy.text" in imported(text)


def needs_both(place: str, text: str) -> bool:
    """Tell whether a test module, by its place in the tree, is about something that can differ."""
    if place.startswith((*ALWAYS, *OWN_FILE)):
        return place.startswith(ALWAYS)
    if not STORED.search(text):
        return False
    by_hand = AT_ONCE.search(text) or "sqlalchemy.text" in imported(text)
    return bool(by_hand or imported(text) & differing())


@cache
def chosen() -> dict[str, str]:
    """Return the text of every test module that runs on both, by its place."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in files}
    return {place: text for place, text in texts.items() if needs_both(place, text)}


def imported(text: str) -> set[str]:
    """Name what a module imports: `from outreach.staffing.signups import locks` names locks too."""
    found = set()
    for module, names, plain in IMPORTS.findall(text):
        words = [one.split()[0] for one in COMMENT.sub("", names or plain).strip("()").split(",")
                 if one.strip()]  # fmt: skip
        found |= {module, *(f"{module}.{word}" for word in words)} if module else {*words}
    return found


def _name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
