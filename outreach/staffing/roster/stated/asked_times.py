"""Who was asked, or said, when they could come: an answer for each person of an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Booth, Event
from outreach.calendars.clock import say_hours
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.roster.coverage import RosterPerson
from outreach.staffing.roster.load import load_roster
from outreach.staffing.roster.stated.availability import Said
from outreach.staffing.roster.stated.by_days import AskedDay, list_days, say_stated


@dataclass(frozen=True, slots=True)
class TimesAnswer:
    """What one person said of the days of a booth."""

    person: RosterPerson
    said: Said
    days: Sequence[AskedDay]

    @property
    def has_answered(self) -> bool:
        return self.said.said_at is not None

    @property
    def sentence(self) -> str:
        """Say when they can and when not, and how much at most."""
        if not self.has_answered:
            return ""
        said = [say_stated(self.days, self.said)] if self.said.tells_times else []
        if self.said.most_minutes is not None:
            most = say_hours(timedelta(minutes=self.said.most_minutes))
            said.append(_("At most %(hours)s h.", hours=most))
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class TimesAnswers:
    """Everybody's answers, those who said something first."""

    days: Sequence[AskedDay]
    rows: Sequence[TimesAnswer]

    @property
    def answered(self) -> list[TimesAnswer]:
        return [one for one in self.rows if one.has_answered]

    @property
    def silent(self) -> list[TimesAnswer]:
        """Return who has said nothing yet."""
        return [one for one in self.rows if not one.has_answered]

    @property
    def names_to_ask(self) -> dict[int, str]:
        """Return whom a letter would ask, by number."""
        return {one.person.id: one.person.first_name for one in self.silent}

    @property
    def headline(self) -> str:
        """Say how many have said when they can come."""
        if not self.rows:
            return _("Nobody is named for this event yet.")
        return ngettext(
            "%(said)s of %(num)s person said when they can come.",
            "%(said)s of %(num)s people said when they can come.",
            len(self.rows),
            said=len(self.answered),
        )


def gather_answers(session: Session, booth: Booth, event: Event, now: datetime) -> TimesAnswers:
    """Return what the event's people said of the days to come, by name."""
    roster = load_roster(session, booth, event)
    days = list_days(session, booth, event, now)
    rows = [
        TimesAnswer(person, roster.said.get(person.id, Said()), days)
        for person in sorted(roster.people.values(), key=lambda one: (one.name, one.id))
    ]
    return TimesAnswers(days, rows)
