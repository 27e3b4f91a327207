"""Links events to the foundation's series, which it creates where an event is the first edition."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Foundation, Series, SeriesAlias
from outreach.catalog.facts import EventFacts, event_key
from outreach.catalog.series import SeriesIndex, SeriesRow, read_series

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class SeriesLinks:
    """The foundation's series, found by their names and aliases; new ones wait for a flush."""

    def __init__(self, session: Session, foundation: Foundation) -> None:
        self.session = session
        self.foundation = foundation
        own = session.scalars(
            select(Series)
            .where(Series.foundation_id == foundation.id)
            .options(selectinload(Series.aliases))
        ).all()
        self._by_key = {series.name_key: series for series in own}
        self._aliases = {alias.alias_key for series in own for alias in series.aliases}
        self._index = SeriesIndex([*map(_row_of, own), *read_series()])
        self.created: list[Series] = []

    def find(self, facts: EventFacts) -> Series | None:
        """Return the series that an event is an edition of, if the foundation has it."""
        return self._by_key.get(event_key(self._name(facts)))

    def link(self, facts: EventFacts) -> Series:
        """Return the series of an event, a new one if need be; its id comes with a flush."""
        name = self._name(facts)
        series = self._by_key.get(event_key(name))
        return series or self._create(name)

    def _name(self, facts: EventFacts) -> str:
        return self._index.find(facts.name, facts.url, facts.city) or facts.name

    def _create(self, name: str) -> Series:
        shown = " ".join(_YEAR.sub(" ", name).split()).strip(" -–()") or name
        series = Series(foundation_id=self.foundation.id, name=shown, name_key=event_key(name))
        self._by_key[series.name_key] = series
        self.created.append(series)
        self.session.add(series)
        row = self._index.row(name)
        for alias in row.names[1:] if row else ():
            self._add_alias(series, alias)
        return series

    def _add_alias(self, series: Series, alias: str) -> None:
        key = event_key(alias)
        if key in self._aliases or key == series.name_key:
            return
        self._aliases.add(key)
        self.session.add(
            SeriesAlias(foundation_id=self.foundation.id, series=series, alias=alias, alias_key=key)
        )


def _row_of(series: Series) -> SeriesRow:
    return SeriesRow(series.name, aliases=tuple(alias.alias for alias in series.aliases))
