"""The program: settings, a database session per request, blueprints, error pages, commands."""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from models.database import make_engine, make_sessions
from settings import SettingRefused, read_settings
from views import commands, register
from views.web.request import close_db

NOT = "Whereabouts does not start: "


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build the application; `settings` override the environment (tests use it)."""
    home = os.environ.get("WHEREABOUTS_HOME") or None
    if home and not home.startswith("/"):
        raise SystemExit(f"{NOT}WHEREABOUTS_HOME is “{home}”; it must begin with a slash.")
    app = Flask(__name__, instance_path=home)
    try:
        app.config.from_mapping(read_settings(os.environ, app.instance_path, settings or {}))
    except SettingRefused as refusal:
        raise SystemExit(f"{NOT}{refusal}") from refusal
    except (OSError, UnicodeDecodeError) as trouble:
        raise SystemExit(
            f"{NOT}the key in {app.instance_path} can be neither read nor made ({trouble})."
            " Set WHEREABOUTS_HOME to a folder that its user may write in."
        ) from trouble
    engine = make_engine(app.config["DATABASE_URL"])
    app.extensions["ENGINE"] = engine
    app.extensions["READING_SESSIONS"] = make_sessions(engine, writes=False)
    app.extensions["WRITING_SESSIONS"] = make_sessions(engine)
    app.teardown_appcontext(close_db)
    register(app)
    commands.register(app)
    return app
