"""The smallest Flask program there is: what every page is measured against."""

from flask import Flask


def create_app() -> Flask:
    """Build a program with one page of two letters."""
    app = Flask(__name__)

    @app.get("/")
    def bare() -> str:
        return "ok"

    return app
