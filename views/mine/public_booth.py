"""A booth as its public pages know it: found by the code in their address, or not at all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import abort

from models import Booth, Event, Foundation, Person, Shift
from models.events import CALLED_OFF
from outreach.calendars.clock import say_moment
from outreach.language import gettext as _
from outreach.staffing.booth.booths import (
    find_booth_by_code,
    say_we_do_not_go,
    sign_up_opens_at,
    town_of,
    zone_of,
)
from outreach.staffing.booth.hours import BoothDays, from_stored
from outreach.staffing.roster.commitments import load_commitments
from outreach.staffing.roster.sign_up_list import (
    ListedShift,
    find_free_near,
    judge,
    keep_last_places,
    load_offers,
)
from outreach.staffing.rules import Rules, in_force, rules_of
from outreach.staffing.signups.locks import LockedShift
from views.booth.need_names import look_at
from views.mine.personal import KnownPerson, find_known, now_of
from views.web.request import db


@dataclass(frozen=True, slots=True)
class PublicBooth:
    """The booth with its event, the time there, and whom the browser knows."""

    booth: Booth
    event: Event
    foundation: Foundation
    now: datetime
    known: KnownPerson | None
    decision: str | None
    """Whether we go there at all."""
    knows_experience: bool
    """Whether somebody is known who has stood at a booth before."""
    shift: Shift | None = None
    """The one that the address names, if it is of this booth."""

    @property
    def reader(self) -> Person | None:
        """Whom the browser knows, of this foundation."""
        return self.known.person if self.known else None

    @property
    def code(self) -> str:
        return self.booth.code

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.event)

    @property
    def booth_days(self) -> BoothDays:
        """Tell which day a shift belongs to."""
        return BoothDays(from_stored(self.booth.hours), self.zone)

    @property
    def zone_name(self) -> str:
        """The venue's zone as IANA names it."""
        return self.event.timezone or "UTC"

    @property
    def town(self) -> str:
        """Whose time the page shows: "Denver"."""
        return town_of(self.event)

    @property
    def title(self) -> str:
        return _("%(foundation)s booth", foundation=self.foundation.name)

    @property
    def what_for(self) -> str:
        """Say in short what helpers do there: the first line of the booth's note, else as usual."""
        note = self.booth.note.strip()
        return note.splitlines()[0] if note else _("You greet visitors and answer questions.")

    @property
    def more_notes(self) -> str:
        """Return what the booth's note says besides."""
        return "\n".join(self.booth.note.strip().splitlines()[1:])

    @property
    def is_undecided(self) -> bool:
        """Tell whether nobody has decided yet that we go, or that we do not."""
        return self.decision in {None, "proposed"}

    @property
    def is_called_off(self) -> bool:
        """Tell whether it is decided that we do not go."""
        return self.decision in CALLED_OFF

    @property
    def rules(self) -> Rules:
        return in_force(rules_of(self.booth.rules), self.knows_experience)

    @property
    def closed(self) -> str | None:
        """Say why nothing can be taken now, and from when it can; None while sign-up is open."""
        if self.is_called_off:
            return say_we_do_not_go(self.event)
        opens = sign_up_opens_at(self.booth, self.event)
        if opens > self.now:
            return _("Sign-up opens on %(time)s.", time=say_moment(opens, self.zone))
        return None

    def ground(self, shift: Shift) -> LockedShift:
        """Return what a shift's rules go by, as this page read it."""
        return LockedShift(
            shift, self.booth, self.event, self.foundation, self.decision, self.knows_experience
        )

    def offers(self, only: Collection[int] | None = None) -> list[ListedShift]:
        """Return the booth's shifts, with what each would break for whom the browser knows."""
        reader, rules = self.reader, self.rules
        offers = load_offers(db(), self.booth.id, self.now, reader.id if reader else None, only)
        if reader is not None:
            own = load_commitments(db(), [reader.id], self.event)[reader.id]
            judge(offers, self.event, own, rules, self.zone)
        keep_last_places(offers, rules, bool(reader and reader.is_experienced))
        return offers

    def find_offer(self, shift_id: int) -> ListedShift | None:
        """Return one of the booth's shifts, unless it is over, cancelled or another's."""
        return next(iter(self.offers([shift_id])), None)

    def find_instead(self, starts: datetime) -> ListedShift | None:
        """Return a free shift near this time: the one that breaks least, then the nearest."""
        near = find_free_near(db(), self.booth.id, starts, self.now)
        free = {one.id: one for one in self.offers(near) if one.can_be_taken}
        ranked = [free[number] for number in near if number in free]
        return min(ranked, key=lambda one: len(one.breaches), default=None)


def stand_of(code: str, shift_id: int = 0, *, for_reader: bool = True) -> PublicBooth:
    """Return the booth with this code, else answer 404; a page for everybody knows no reader."""
    found = find_booth_by_code(db(), code, shift_id)
    if found is None:
        abort(404)
    booth, event, foundation, decision, shift, knows_experience = found
    look_at(foundation)
    return PublicBooth(
        booth,
        event,
        foundation,
        now_of(foundation),
        find_known(foundation) if for_reader else None,
        decision,
        knows_experience,
        shift,
    )
