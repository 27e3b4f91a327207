"""Loads the example foundation from the facts under data/example."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Foundation
from outreach.example.booths import add_booths
from outreach.example.loading import Loading
from outreach.example.money import add_money
from outreach.example.plans import add_issues, add_plans
from outreach.example.trips import add_kits, add_trips
from outreach.matching.store.stored import refresh_foundation


def load_example(session: Session, real: datetime) -> Foundation:
    """Create the example foundation with everything that belongs to it, matches included."""
    loading = Loading(session, real)
    loading.add_segments()
    loading.add_events()
    loading.add_people()
    loading.add_history()
    add_issues(loading)
    add_plans(loading)
    add_money(loading)
    add_trips(loading)
    add_kits(loading)
    add_booths(loading)
    refresh_foundation(session, loading.foundation, loading.clock)
    return loading.foundation
