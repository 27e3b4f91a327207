"""Starting a foundation of one's own: empty but for segments to begin with."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person, Segment
from outreach.accounts.addresses import fold
from outreach.accounts.audit import record
from outreach.accounts.sign_in import open_session
from outreach.catalog.places.lookup import settle_place
from outreach.locking import wait_for_others
from outreach.planning.segments.slugs import free_slug
from outreach.refusal import Refused

TEMPLATES = Path(__file__).parents[3] / "data" / "segment-templates.json"


@cache
def read_templates() -> list[dict[str, Any]]:
    """Read the segments that a new foundation begins with."""
    templates: list[dict[str, Any]] = json.loads(TEMPLATES.read_text(encoding="utf-8"))
    return templates


def find_own(session: Session) -> Foundation | None:
    """Return the foundation that is no example, if somebody has started it."""
    own = select(Foundation).where(~Foundation.is_example, Foundation.removed_at.is_(None))
    return session.scalar(own.limit(1))


def start_foundation(
    session: Session,
    name: str,
    person_name: str,
    address: str,
    by: Person,
    real: datetime,
    city: str = "",
) -> tuple[Person, str]:
    """Create the foundation and its first staff person; return them with a session's token.

    One installation serves one foundation beside the example. Its day is that of its `city`.
    """
    # Whoever starts one comes from the example: two of them wait for each other there.
    wait_for_others(session, by.foundation_id)
    own = find_own(session)
    if own is not None:
        raise Refused(f"{own.name} is planned here already. Ask its staff for a sign-in link.")
    slug = free_slug(name, set(session.scalars(select(Foundation.slug))), "foundation")
    foundation = Foundation(slug=slug, name=name, timezone=_zone_of(city), created_at=real)
    session.add(foundation)
    session.flush()
    for template in read_templates():
        session.add(_segment(foundation, template))
    person = Person(
        foundation_id=foundation.id,
        name=person_name,
        email=address,
        email_key=fold(address),
        role="staff",
        created_at=real,
    )
    session.add(person)
    session.flush()
    detail = {"by": by.name}
    record(session, real, person, foundation, "started", "foundation", foundation.id, detail)
    _sign_in, token = open_session(session, person, real, "founding")
    return person, token


def _zone_of(city: str) -> str | None:
    if not city:
        return None
    place = settle_place(city, None)
    if place is None:
        raise Refused(
            "No single place of that name is known. Write it like this: Berlin, Germany.", "city"
        )
    return place.timezone


def _segment(foundation: Foundation, template: dict[str, Any]) -> Segment:
    return Segment(
        foundation_id=foundation.id,
        slug=template["slug"],
        name=template["name"],
        short_name=template["name"],
        summary=template["summary"],
        keywords=template["keywords"],
        projects=template.get("upstreamProjects") or [],
        software=template.get("software") or [],
        regions=template.get("regions") or [],
    )
