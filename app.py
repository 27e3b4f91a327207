"""The program: settings, a database session per request, blueprints, error pages, commands."""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from models.database import make_engine, make_sessions
from settings import SettingRefused, read_settings
from views import commands, register
from views.web.request import close_db


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build the application; `settings` override the environment (tests use it)."""
    app = Flask(__name__, instance_path=os.environ.get("WHEREABOUTS_HOME"))
    try:
        app.config.from_mapping(read_settings(os.environ, app.instance_path, settings or {}))
    except SettingRefused as refusal:
        raise SystemExit(f"Whereabouts does not start: {refusal}") from refusal
    engine = make_engine(app.config["DATABASE_URL"])
    app.extensions["ENGINE"] = engine
    app.extensions["READING_SESSIONS"] = make_sessions(engine, writes=False)
    app.extensions["WRITING_SESSIONS"] = make_sessions(engine)
    app.teardown_appcontext(close_db)
    register(app)
    commands.register(app)
    return app
