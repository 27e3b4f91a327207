"""Guesses what the columns of a pasted table mean: by their head, else by what is in them."""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from outreach.catalog.places.countries import find_country
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.dates import DayOrder, NoDate, read_span

Role = Literal[
    "name", "start", "end", "city", "region", "country", "place", "url", "online", "cfp", "cfp_url",
    "cfp_end", "coc", "organiser", "organiser_contact", "manual", "topics", "languages", "note",
]  # fmt: skip

ROLE_WORDS: dict[Role, str] = {
    "name": "Name",
    "start": "Date or first day",
    "end": "Last day",
    "city": "City",
    "region": "State or region",
    "country": "Country",
    "place": "City and country",
    "url": "Web address",
    "online": "Online",
    "cfp": "Call for proposals",
    "cfp_url": "Address of the CFP",
    "cfp_end": "CFP closes",
    "coc": "Code of conduct",
    "organiser": "Organiser",
    "organiser_contact": "Organiser, mail or telephone",
    "manual": "Exhibitor manual",
    "topics": "Topics",
    "languages": "Languages",
    "note": "Note",
}

_HEADS: dict[Role, str] = {
    "name": (
        "name,event,event name,title,conference,conference name,summary,what,veranstaltung,"
        "subject,titel,events,event names,evenement,nom,evento,nombre,nome,titulo,titre,"
        "gathering,meetup"
    ),
    "start": (
        "date,dates,day,days,when,start,starts,start date,startdate,start day,starts on,from,"
        "begin,begins,first day,event date,datum,beginn,von,"
        "startdatum,date start,event dates,conference date,conference dates,date s,start time,"
        "event start,starts at,date event start,event start date,travel dates,termin,fecha,fechas,"
        "debut,data,inicio,zeitraum"
    ),
    "end": (
        "end,ends,end date,enddate,end day,ends on,until,to,last day,finish,ende,bis,"
        "enddatum,date end,event end,ends at,date event end,event end date,end time,fin,fim"
    ),
    "city": "city,town,stadt,ort,ciudad,cidade,ville",
    "region": "state,region,province,bundesland,state province,county,provinz",
    "country": "country,nation,land,pays,pais",
    "place": (
        "place,where,location,venue,city country,locations,event location,event locations,"
        "lieu,lugar,local"
    ),
    "url": "url,link,website,web site,web,web address,homepage,site,address,event url,"
    "webseite,website url,event website,event urls,event link,homepage url,"
    "webadresse,conference link,hyperlink,event uri,event website url",
    "online": "online,virtual,remote,format,hybrid,online event,mode",
    "cfp": "cfp,call for papers,call for proposals,call for speakers,call for participation",
    "cfp_url": (
        "cfp url,cfpurl,cfp uri,cfp link,cfp address,call for papers link,"
        "proposal url,proposal link,submission url,cfp website"
    ),
    "cfp_end": (
        "cfp end,cfp ends,cfp end date,cfpenddate,cfp closes,cfp close,cfp deadline,cfp date,"
        "cfp until,cfp until date,date cfp end,cfp ends at,deadline,"
        "talk deadline,proposal deadline,cfp due,cfp closing date,"
        "call closes,submission deadline,cfp frist,einreichfrist"
    ),
    "coc": "coc,coc url,cocurl,code of conduct,coc link,code of conduct url",
    "organiser": "organiser,organizer,organiser name,organizer name,veranstalter",
    "organiser_contact": (
        "organiser contact,organizer contact,organiser mail,organizer mail,organiser email,"
        "organizer email,organiser phone,organizer phone,organisercontact"
    ),
    "manual": (
        "manual,manual url,manualurl,exhibitor manual,exhibitor guide,exhibitor handbook,"
        "exhibitor kit,exhibitor service kit"
    ),
    "topics": "topic,topics,tag,tags,category,categories",
    "languages": "language,languages,locale,locales,sprache",
    "note": (
        "note,notes,comment,comments,remark,remarks,description,details,notiz,event description"
    ),
}
_ROLE_OF_HEAD: dict[str, Role] = {
    word: role for role, words in _HEADS.items() for word in words.split(",")
}
_YES = frozenset("yes y true x 1 online virtual remote hybrid ja both".split())
_NO = frozenset("no n false 0 offline onsite nein physical".split())
ONLINE_WORDS: dict[str, bool] = {
    **dict.fromkeys([*_YES, "online only"], True),
    **dict.fromkeys([*_NO, "in person", "on site"], False),
}
_ONLINE_BY_ITSELF = ONLINE_WORDS.keys() - set("yes y true x 1 ja both no n false 0 nein".split())
"""What speaks of joining from home in a column without a head; a "yes" may be about anything."""
_BRACKETS = re.compile(r"[(<\[].*?[)>\]]|<!--.*?-->")
_UNKNOWN = frozenset(["", "-", "–", "—", "?", "n/a", "na", "tbd", "tba", "unknown", "none", "null"])


def is_unknown(cell: str) -> bool:
    """Tell whether a cell only says that nothing is known."""
    return cell.strip().casefold() in _UNKNOWN


def is_address(cell: str) -> bool:
    """Tell whether a cell holds a web address, with its scheme or without."""
    head = cell.casefold()
    return head.startswith(("http://", "https://", "www.")) and " " not in cell


def guess_head(row: Sequence[str]) -> list[Role] | None:
    """Read the first row as heads; None when it is a row of cells like the others.

    A word for a name and one for a date are enough, whatever else is there; else half of its
    cells have to be words that heads use, a name or a date among them.
    """
    roles = [role_of(cell) for cell in row]
    known = [role for role in roles if role]
    given = [cell for cell in row if cell]
    is_plain = {"name", "start"} <= set(known) and not any(map(_is_value, given))
    if not is_plain and (len(known) * 2 < len(given) or not {"name", "start"} & set(known)):
        return None
    places = [n for n, role in enumerate(roles) if role in ("place", "city")]
    for number in places if len(places) > 1 else []:
        if fold_name(row[number]) == "venue":
            roles[number] = "note"
    return _each_once(list(roles))


def role_of(head: str) -> Role | None:
    """Tell what a head means; what it says in brackets is how to fill the column in."""
    return _ROLE_OF_HEAD.get(fold_name(head)) or _ROLE_OF_HEAD.get(
        fold_name(_BRACKETS.sub("", head))
    )


def _is_value(cell: str) -> bool:
    """Tell whether a cell holds what stands below heads."""
    return is_address(cell) or _is_date(cell)


def is_head_of_notes(head: str) -> bool:
    """Tell whether a head only says that notes stand below."""
    return _ROLE_OF_HEAD.get(fold_name(head)) == "note"


def guess_columns(rows: Sequence[Sequence[str]]) -> list[Role]:
    """Tell by content what each column holds; every row is as long as the first."""
    columns = list(zip(*rows, strict=True))
    roles = [_by_content(column, number) for number, column in enumerate(columns)]
    dates = [n for n, role in enumerate(roles) if role == "start"]
    for number, dated in zip(dates, _date_roles(columns, dates), strict=True):
        roles[number] = dated
    if roles.count("url") > 1:
        roles[_last(roles, "url")] = "cfp_url"
    if "country" in roles and "place" in roles:
        roles[roles.index("place")] = "city"
    words: list[Role] = ["name"] if {"place", "city"} & set(roles) else ["name", "city"]
    for number, role in enumerate(roles):
        if role is None and any(columns[number]) and words:
            roles[number] = words.pop(0)
    return _each_once(roles)


def _by_content(column: Sequence[str], number: int) -> Role | None:
    """Tell what most cells of a column are; in the first, an "X" is a name and not a tick."""
    cells = [cell for cell in column if not is_unknown(cell)]
    tests: list[tuple[Role, Callable[[str], bool]]] = [
        ("start", _is_date),
        ("url", is_address),
        ("online", lambda cell: number > 0 and cell.casefold() in _ONLINE_BY_ITSELF),
        ("country", lambda cell: find_country(cell) is not None),
        ("place", _is_place),
    ]
    for role, test in tests:
        if cells and sum(map(test, cells)) * 2 > len(cells):
            return role
    return None


def _is_date(cell: str) -> bool:
    if cell.isdecimal() and len(cell) < 8:
        return False  # a count; only a head makes it the number of a day
    try:
        read_span(cell, "day")
    except NoDate:
        return any(part.isdigit() for part in cell.split()) and _is_date_by_month(cell)
    return True


def _is_date_by_month(cell: str) -> bool:
    try:
        read_span(cell, "month")
    except NoDate:
        return False
    return True


def _is_place(cell: str) -> bool:
    """ "Denver, CO" and "Rust, Germany"; what has more commas or sentences is something else."""
    parts = [part.strip() for part in cell.split(",")]
    last = parts[-1]
    is_code = len(last) == 2 and last.isupper()
    return 1 < len(parts) <= 4 and (is_code or find_country(last) is not None)


def _date_roles(columns: Sequence[Sequence[str]], dates: list[int]) -> list[Role]:
    """Name two or three columns of dates: what lies before the start is the CFP's end."""
    if len(dates) < 2:
        return ["start"] * len(dates)
    early = [_is_mostly_before(columns[n], columns[dates[0]]) for n in dates]
    roles: list[Role] = ["start"]
    for is_early in early[1:]:
        roles.append("cfp_end" if is_early or "end" in roles else "end")
    return roles


def _is_mostly_before(column: Sequence[str], starts: Sequence[str]) -> bool:
    pairs = [
        (_first(cell), _first(start)) for cell, start in zip(column, starts, strict=True) if cell
    ]
    before = sum(1 for day, start in pairs if day and start and day < start)
    return before * 2 > len(pairs)


def _first(cell: str, order: DayOrder = "day") -> str:
    try:
        return read_span(cell, order).first.isoformat()
    except NoDate:
        return ""


def _last(roles: Sequence[Role | None], role: Role) -> int:
    return len(roles) - 1 - list(reversed(roles)).index(role)


def _each_once(roles: Sequence[Role | None]) -> list[Role]:
    """Let each meaning stand once; columns that nobody understands are notes."""
    kept: list[Role] = []
    for role in roles:
        kept.append(role if role and (role == "note" or role not in kept) else "note")
    return kept
