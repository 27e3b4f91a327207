"""Counts of the house: places where a noun has more than one home, for `test_house.py`."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent
PARTS = ("models", "outreach", "views", "worker")
TEMPLATES = ROOT / "templates"


@cache
def modules() -> dict[str, ast.Module]:
    """Give every module of the program by its path, parsed once."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text())
        for part in PARTS
        for path in sorted((ROOT / part).rglob("*.py"))
    }


def those(*parts: str) -> Iterator[tuple[str, ast.Module]]:
    """Give the modules below these folders."""
    wanted = tuple(f"{part}/" for part in parts)
    yield from ((path, tree) for path, tree in modules().items() if path.startswith(wanted))


def source(path: str) -> str:
    """Give the text of a module."""
    return (ROOT / path).read_text()


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Give every call with the last word of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else None
            yield name or (called.id if isinstance(called, ast.Name) else ""), node


def is_need(node: ast.AST) -> bool:
    """Tell whether a node reads how many people a shift needs at least."""
    return isinstance(node, ast.Attribute) and node.attr in {"min_people", "least", "fewest"}


def modules_in_one_folder() -> list[str]:
    """The folder that holds the most modules, each of them."""
    folders: dict[str, list[str]] = {}
    for path, _ in those("outreach", "views"):
        if not path.endswith("__init__.py"):
            folders.setdefault(path.rpartition("/")[0], []).append(path)
    return max(folders.values(), key=len)


def class_names_twice() -> list[str]:
    """Names that more than one module gives to a class of its own."""
    names = Counter(
        node.name
        for _, tree in those(*PARTS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    )
    return sorted(name for name, count in names.items() if count > 1)


def names_of(tree: ast.Module) -> set[str]:
    """Give the names that a module defines itself."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def facades() -> list[str]:
    """Names that others take from a module that only imports them; models/ is the tables' door."""
    trees = {
        path.removesuffix(".py").removesuffix("/__init__"): tree for path, tree in those(*PARTS)
    }
    found = set()
    for _, tree in those(*PARTS):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module != "models":
                place = node.module.replace(".", "/")
                if place in trees:
                    own = names_of(trees[place])
                    taken = {one.name for one in node.names if f"{place}/{one.name}" not in trees}
                    found |= {f"{place}: {name}" for name in taken - own}
    return sorted(found)


def wide_template_lines() -> list[str]:
    """Lines of templates that do not fit 120 columns."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 120
    ]


def sets_state(node: ast.AST) -> bool:
    """Tell whether a node sets the state of a sign-up; other things have states as well."""
    if isinstance(node, ast.Attribute):
        others = {"cover", "swap", "proposal", "ask"}
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        return isinstance(node.ctx, ast.Store) and node.attr == "state" and owner not in others
    if isinstance(node, ast.Call) and any(word.arg == "state" for word in node.keywords):
        called = ast.unparse(node.func)
        return called == "SignUp" or (called.endswith(".values") and "update(SignUp)" in called)
    return False


def setters_of_state() -> list[str]:
    """Modules that set the state of a sign-up."""
    staffing = those("outreach/staffing", "worker")
    return [path for path, tree in staffing if any(map(sets_state, ast.walk(tree)))]


def readers_of_state() -> list[str]:
    """Modules whose statements name the state of a sign-up."""
    return [
        path for path, _ in those("outreach", "views", "worker") if "SignUp.state" in source(path)
    ]


def own_counts_of_missing() -> list[str]:
    """Modules but coverage and the solvers that compare a need with who is there."""
    kept = ("outreach/staffing/roster/coverage.py", "outreach/staffing/proposed_rosters/")
    return [
        path
        for path, tree in those("outreach", "views", "worker")
        if not path.startswith(kept)
        and any(
            (isinstance(node, ast.Compare) and any(map(is_need, [node.left, *node.comparators])))
            or (
                isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.Sub)
                and (is_need(node.left) or is_need(node.right))
            )
            for node in ast.walk(tree)
        )
    ]


def ways_to_undo() -> list[str]:
    """Functions of the rules that take an act back."""
    way = re.compile(r"(undo|take_back|restore|reopen)(_\w+)?$")
    return [
        f"{path}: {node.name}"
        for path, tree in those("outreach")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and way.match(node.name)
        and "session" in {argument.arg for argument in node.args.args}
    ]


def routes_that_undo() -> list[str]:
    """Addresses of views that take an act back."""
    return [
        f"{path}: {call.args[0].value}"
        for path, tree in those("views")
        for name, call in calls(tree)
        if name in {"post", "route"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and re.search(r"undo|take-back|restore", str(call.args[0].value))
    ]


def namers_of_audit_entries() -> list[str]:
    """Modules that name the row of an act."""
    return [
        path
        for path, tree in those("outreach", "views", "worker")
        if any(isinstance(node, ast.Name) and node.id == "AuditEntry" for node in ast.walk(tree))
    ]


def refusals_caught_in_views() -> list[str]:
    """Places in views that catch a refused rule by themselves."""
    return [
        f"{path}:{node.lineno}"
        for path, tree in those("views")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and node.type is not None
        and "Refused" in {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
    ]


def refreshes_from_views() -> list[str]:
    """Calls from views that remember what a change makes stale."""
    return [
        f"{path}:{call.lineno}"
        for path, tree in those("views")
        for name, call in calls(tree)
        if name.startswith("refresh_")
    ]


def own_clocks() -> list[str]:
    """Modules that spell a time of the day themselves."""
    return [path for path, _ in those("outreach", "views", "worker") if "%H:%M" in source(path)]


ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
ENVIRONMENT.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's own
SUMS = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
GLUED = re.compile(r"\w (?:\w+ )*$|^ (?:\w+ )*\w")


def is_figure(node: nodes.Node) -> bool:
    """Tell whether a node is a number as it is written, or counts."""
    if isinstance(node, nodes.Filter):
        return node.name in {"length", "count", "sum"}
    return isinstance(node, nodes.Const) and type(node.value) in {int, float}


def is_reckoned(node: nodes.Node) -> bool:
    """Tell whether a node does sums, cuts a list, weighs a number or glues words."""
    if isinstance(node, nodes.Compare):
        return any(map(is_figure, [node.expr, *(other.expr for other in node.ops)]))
    if isinstance(node, nodes.Concat):
        words = (str(part.value) for part in node.nodes if isinstance(part, nodes.Const))
        return any(map(GLUED.search, words))
    return isinstance(node, (*SUMS, nodes.Slice))


def sums_in_templates() -> list[str]:
    """Places in templates that reckon: sums, slices, thresholds, plurals, glued words."""
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(TEMPLATES.rglob("*.*"))
        for node in ENVIRONMENT.parse(path.read_text()).find_all(nodes.Node)
        if is_reckoned(node)
    ]
