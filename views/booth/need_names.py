"""What a shift asks for, with the segments called as their foundation calls them."""

from flask import g
from sqlalchemy import select

from models import Foundation, Segment
from outreach.language import gettext as _
from outreach.staffing.booth.needs import say_need
from views.web.request import db, find_here


def look_at(foundation: Foundation) -> None:
    """Remember whose segments a page without a sign-in speaks of."""
    g.speaks_of = foundation.id


def say_named_need(need: str) -> str:
    """Say whom a shift asks for: "somebody who knows Visual effects and animation"."""
    kind, _colon, slug = need.partition(":")
    name = _names().get(slug) if kind == "expert" else None
    return _("somebody who knows %(subject)s", subject=name) if name else say_need(need)


def _names() -> dict[str, str]:
    """Return what the segments are called, by slug; read at the first use of a request."""
    if "segment_names" not in g:
        here = g.get("speaks_of") or getattr(find_here(), "id", None)
        rows = db().execute(
            select(Segment.slug, Segment.short_name).where(Segment.foundation_id == here)
        )
        g.segment_names = {slug: name for slug, name in rows}  # noqa: C416 - rows are no pairs to mypy
    names: dict[str, str] = g.segment_names
    return names
