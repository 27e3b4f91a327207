"""What swag waits for by its day, as its own line says it: the printer's file, the parcel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models import Swag
from outreach.language import gettext as _


@dataclass(frozen=True, slots=True)
class KitDue:
    """One thing about swag that an event waits for, and the day by which."""

    event_id: int
    what: str
    by: date


def deadlines_of_swag(rows: Sequence[Swag]) -> list[KitDue]:
    """List what swag waits for: the printer's file by its day, the parcel within its window."""
    found = []
    for one in rows:
        if one.file_by and one.filed_on is None and one.before is None:
            what = _("Printer’s file of %(item)s", item=one.item)
            found.append(KitDue(one.event_id, what, one.file_by))
        if one.arrives_by and one.before is None:
            what = _("Parcel of %(item)s arrives", item=one.item)
            found.append(KitDue(one.event_id, what, one.arrives_by))
    return found
