"""Lets one change of what a foundation plans happen at a time."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation


def wait_for_others(session: Session, foundation_id: int | None) -> None:
    """Wait until nobody else changes this foundation's plans, and keep others out until the commit.

    Rules that write what matches follow from begin with this, before they lock any other row: an
    event's matches depend on its neighbours, so two people would else wait for each other. What a
    rule reads after this is what it changes: a button pressed twice does its work once.
    SQLite's writers stand in line anyway.
    """
    row = select(Foundation.id).where(Foundation.id == foundation_id)
    session.execute(row.with_for_update(key_share=True))
