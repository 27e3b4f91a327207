"""The program as tests get it: built once for a combination of settings, lent to one after another.

Building it costs a tenth of a second and more, mostly its routes; what a test wants of its own is
the database and the secret, and those are swapped.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from sqlalchemy import Engine

from app import create_app
from models.database import make_sessions

SWAPPED = frozenset({"DATABASE_URL", "SECRET_KEY", "FETCHER"})
"""Settings that are read at each request only, so that another test can have others."""

AddRoutes = Callable[[Flask], None]
Kind = tuple[AddRoutes | None, tuple[tuple[str, str], ...]]


class Loan:
    """A program that one test has, and what it must look like when it comes back."""

    def __init__(self, app: Flask, kind: Kind) -> None:
        self.app, self.kind = app, kind
        self._config, self._extensions = dict(app.config), dict(app.extensions)

    def give_back(self) -> None:
        """Forget what the test has set."""
        for kept, before in (
            (self.app.config, self._config),
            (self.app.extensions, self._extensions),
        ):
            kept.clear()
            kept.update(before)


class Applications:
    """The programs of one worker that no test has at the moment."""

    def __init__(self, bytecode: BytecodeCache) -> None:
        self._bytecode = bytecode
        self._free: dict[Kind, Flask] = {}

    def lend(
        self,
        settings: Mapping[str, Any],
        engine: Engine,
        home: Path,
        add_routes: AddRoutes | None = None,
    ) -> Loan:
        """Lend a program with these settings and routes on this database; two at once are two."""
        common = {key: value for key, value in settings.items() if key not in SWAPPED}
        kind = (add_routes, tuple(sorted((key, repr(value)) for key, value in common.items())))
        app = self._free.pop(kind, None) or self._built(settings, add_routes)
        loan = Loan(app, kind)
        app.instance_path = str(home)
        app.config.update({key: settings[key] for key in settings.keys() - common.keys()})
        app.extensions.update(
            ENGINE=engine,
            READING_SESSIONS=make_sessions(engine, writes=False),
            WRITING_SESSIONS=make_sessions(engine),
        )
        return loan

    def take_back(self, loan: Loan) -> None:
        """Have it for the next test."""
        loan.give_back()
        self._free[loan.kind] = loan.app

    def _built(self, settings: Mapping[str, Any], add_routes: AddRoutes | None) -> Flask:
        app = create_app({key: value for key, value in settings.items() if key != "FETCHER"})
        app.extensions["ENGINE"].dispose()
        app.jinja_env.bytecode_cache = self._bytecode
        if add_routes:
            add_routes(app)
        return app
