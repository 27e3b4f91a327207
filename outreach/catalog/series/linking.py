"""Links events to the foundation's series, which it creates where an event is the first edition."""

import re
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Series, SeriesAlias
from outreach.catalog.facts import EventFacts, event_key
from outreach.catalog.series.known import SeriesIndex, read_series

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@cache
def gazetteer() -> SeriesIndex:
    """Read the series that ship with the program, once: it takes a tenth of a second."""
    return SeriesIndex(read_series())


class SeriesLinks:
    """The foundation's series, found by their names and aliases; new ones wait for a flush.

    What the foundation itself calls a series goes before the shipped gazetteer.
    """

    def __init__(self, session: Session, foundation: Foundation) -> None:
        self.session = session
        """Where new ones are written; another one may be set."""
        self.owner_id = foundation.id
        """Whose new ones are."""
        own = session.scalars(select(Series).where(Series.foundation_id == foundation.id)).all()
        by_id = {series.id: series for series in own}
        aliases = session.execute(
            select(SeriesAlias.alias_key, SeriesAlias.series_id).where(
                SeriesAlias.foundation_id == foundation.id
            )
        )
        self._by_alias = {row.alias_key: by_id[row.series_id] for row in aliases}
        self._by_key = {series.name_key: series for series in own}
        self.created: list[Series] = []

    def find(self, facts: EventFacts) -> Series | None:
        """Return the series that an event is an edition of, if the foundation has it."""
        own = self._own(facts.name)
        return own or self._own(_shipped_name(facts) or "")

    def link(self, facts: EventFacts) -> Series:
        """Return the series of an event, a new one if need be; its id comes with a flush."""
        return self.find(facts) or self._create(_shipped_name(facts) or facts.name)

    def _own(self, name: str) -> Series | None:
        key = event_key(name)
        return self._by_key.get(key) or self._by_alias.get(key)

    def _create(self, name: str) -> Series:
        shown = " ".join(_YEAR.sub(" ", name).split()).strip(" -–()") or name
        series = Series(foundation_id=self.owner_id, name=shown, name_key=event_key(name))
        self._by_key[series.name_key] = series
        self.created.append(series)
        self.session.add(series)
        row = gazetteer().row(name)
        for alias in row.names[1:] if row else ():
            self._add_alias(series, alias)
        return series

    def _add_alias(self, series: Series, alias: str) -> None:
        key = event_key(alias)
        if key in self._by_alias or key in self._by_key:
            return
        self._by_alias[key] = series
        self.session.add(
            SeriesAlias(foundation_id=self.owner_id, series=series, alias=alias, alias_key=key)
        )


def _shipped_name(facts: EventFacts) -> str | None:
    """Return the name of the shipped series that an event is an edition of."""
    return gazetteer().find(facts.name, facts.url, facts.city)
