"""Guesses what the columns of a pasted money table mean: by their heads, else by their cells."""

from collections.abc import Callable, Sequence
from typing import Literal

from outreach.amounts.reading import amount_error
from outreach.catalog.reading.columns import is_address, is_unknown
from outreach.catalog.reading.dates import NoDate, read_span
from outreach.catalog.reading.pasted import Meanings, first_of_most
from outreach.language import N_

Role = Literal[
    "first", "last", "name", "event", "dates", "what", "estimated", "asked_on", "approved",
    "spent", "spent_on", "authorised", "settled_on", "currency", "rates", "state", "payer",
    "receipt", "receipt_link", "approved_on", "approved_by", "link", "note", "aside",
]  # fmt: skip
AMOUNTS: tuple[Role, ...] = ("estimated", "approved", "spent", "authorised")
DAYS: tuple[Role, ...] = ("asked_on", "approved_on", "spent_on", "settled_on")

ROLE_WORDS: dict[Role, str] = {
    "first": N_("First name"),
    "last": N_("Last name"),
    "name": N_("Name"),
    "event": N_("Event"),
    "dates": N_("Days of the event or the journey"),
    "what": N_("What for"),
    "estimated": N_("Asked for"),
    "asked_on": N_("Asked on"),
    "approved": N_("Approved"),
    "spent": N_("Spent"),
    "spent_on": N_("Handed in on"),
    "authorised": N_("Paid"),
    "settled_on": N_("Paid on"),
    "currency": N_("Currency of the amount before it"),
    "rates": N_("Rates, each with its day"),
    "state": N_("State"),
    "payer": N_("Who pays first"),
    "receipt": N_("Receipt, yes or no"),
    "receipt_link": N_("Where the receipt is, an address"),
    "approved_on": N_("Approved on"),
    "approved_by": N_("Approved by"),
    "link": N_("Where it was decided, an address"),
    "note": N_("Note"),
    "aside": N_("Leave it aside"),
}
MEANINGS: Meanings[Role] = Meanings(
    {
        "first": "first name,first,given name,vorname",
        "last": "last name,last,surname,family name,nachname",
        "name": "name,who,person,traveller,traveler,member,people",
        "event": "event,conference,trip,events",
        "dates": "travel dates,dates,date,days,when,event dates,event date,first day",
        "what": "what,what for,item,line,purpose,kind",
        "estimated": "amount requested,requested,estimate,estimated,amount,asked for,request,"
        "budget",
        "asked_on": "pull request date,asked on,asked,request date,requested on,date requested",
        "approved": "approved,amount approved,approved amount",
        "spent": "amount of expense report,spent,actual,actual cost,expense report,expenses,cost",
        "spent_on": "date expense report sent,handed in,handed in on,claimed on,spent on",
        "authorised": (
            "bill com amount approved for reimbursement,authorised,authorized,paid,amount paid,"
            "reimbursed,amount reimbursed,refund"
        ),
        "settled_on": "date approved through bill com,paid on,date paid,settled on,reimbursed on",
        "currency": "currency",
        "rates": "rates,rate,exchange rate,exchange rates",
        "state": "state,status",
        "payer": "payer,paid by,who pays",
        "receipt": "receipt,has receipt",
        "receipt_link": "receipt address,receipt link",
        "approved_on": "approved on,date approved",
        "approved_by": "approved by,approver",
        "link": "pull request link,link,approval,approval link,approval address,decision,address,"
        "url",
        "note": "reason,note,notes,comment,comments,remark",
    },
    aside="aside",
    unknown="aside",
    repeated=("currency", "note", "aside"),
)


def guess_roles(body: Sequence[Sequence[str]]) -> list[Role]:
    """Tell by content: the first words are a name, the next an event, the first amount is asked."""
    found: list[Role] = []
    waiting: dict[str, list[Role]] = {
        "word": ["name", "event", "note"],
        "amount": ["estimated", "spent", "authorised"],
        "date": ["dates", "asked_on", "settled_on"],
        "address": ["link"],
    }
    for column in zip(*body[:100], strict=True):
        left = waiting[_kind_of([cell for cell in column if not is_unknown(cell)])]
        found.append(left.pop(0) if left else "aside")
    return found


def _kind_of(cells: Sequence[str]) -> str:
    tests: list[tuple[str, Callable[[str], bool]]] = [
        ("address", is_address),
        ("amount", lambda cell: amount_error(cell, "USD") is None),
        ("date", _is_date),
    ]
    return first_of_most(cells, tests, "word")


def _is_date(cell: str) -> bool:
    try:
        read_span(cell, "day")
    except NoDate:
        return False
    return True
