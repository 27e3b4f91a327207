"""Lets one change of a foundation's catalogue happen at a time."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation


def lock_catalogue(session: Session, foundation_id: int | None) -> None:
    """Wait until nobody else imports or merges here, and keep others out until the commit.

    What a rule reads after this is what it changes: a button pressed twice does its work once.
    SQLite needs no row for it, its writers wait for each other anyway.
    """
    row = select(Foundation.id).where(Foundation.id == foundation_id).with_for_update()
    session.execute(row)
