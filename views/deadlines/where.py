"""Where a deadline is settled."""

from flask import url_for

from outreach.planning.deadlines.told import Deadline


def where(deadline: Deadline) -> str:
    """Lead to the page that settles it."""
    event, number = deadline.event_id, deadline.number
    match deadline.source:
        case "item":
            return url_for("checklists.show", event_id=event, _anchor=f"item-{number}")
        case "talk":
            return url_for("talks.show", proposal_id=number)
        case "team":
            return url_for("people.choose_team", event_id=event)
        case "brief":
            return url_for("briefs.show", event_id=event)
        case "file" | "parcel":
            return url_for("bookings.edit_swag", event_id=event, swag_id=number)
        case "kit":
            return url_for("bookings.edit", event_id=event, booking_id=number)
        case "call" | "answer":
            return url_for("events.show", event_id=event, _anchor="calls")
        case _:
            return url_for("events.show", event_id=event)
