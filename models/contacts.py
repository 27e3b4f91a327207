"""Names and contacts as people type them, and the keys by which they are compared. Pure."""

import re
import unicodedata

LONGEST_ADDRESS, LONGEST_LOCAL_PART = 254, 64
COMPARED_DIGITS = 7
"""Two numbers are the same one where so many digits at their end are, and nothing differs."""

_LOCAL_PART = re.compile(r"[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f]+")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_JOINERS = "\u200c\u200d"
"""Persian and Indic letters and many emoji need them, between two signs."""
_UNUSUAL = re.compile(r"[^\x20-\x7e\n\r\t]")
_FILLERS = "\u115f\u1160\u3164\uffa0"
_LOOSE_JOINERS = re.compile(rf"(?<![^\s{_JOINERS}])[{_JOINERS}]+|[{_JOINERS}]+(?![^\s{_JOINERS}])")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
RUSSIAN_TRUNK, RUSSIAN_LENGTH = "8", 11


def plain(text: str) -> str:
    """Return a text without signs that only turn, hide or pad what stands around them.

    With a bidi override "evil" reads as "live"; what shows as nothing makes two names of one.
    """
    if not _UNUSUAL.search(text):
        return text
    kept = "".join(map(_as_seen, text))
    return _LOOSE_JOINERS.sub("", kept)


def fold_name(name: str) -> str:
    """Return what a first name is compared by: "José María" → "jose"."""
    first = "".join(unicodedata.normalize("NFKD", plain(name).casefold()).split()[:1])
    return "".join(sign for sign in first if unicodedata.category(sign)[0] in "LN") or first


def fold_address(text: str) -> str | None:
    """Return the form in which mail addresses are compared; None for what is none.

    Upper and lower case, compatibility forms of Unicode (NFKC) and the two spellings of an
    international domain fold together. Tags (`ada+booth@`) and dots stay: to many mail
    servers they are another mailbox. Mail goes to the address as it was given, never here.
    """
    text = unicodedata.normalize("NFKC", text.strip()).casefold()
    local, at, domain = text.rpartition("@")
    is_odd = not _LOCAL_PART.fullmatch(local) or any(not c.isprintable() for c in text)
    is_long = len(text) > LONGEST_ADDRESS or len(local) > LONGEST_LOCAL_PART
    ascii_domain = None if is_odd or is_long or not at else _ascii_domain(domain)
    return None if ascii_domain is None else f"{local}@{ascii_domain}"


def fold_number(text: str) -> str:
    """Return the digits of a telephone number, behind "+" where they begin with the country.

    "+1 (626) 555-0100" and "001 626 555 0100" → "+16265550100"; "0626 555 0100", whose country
    nobody said, → "6265550100".
    """
    text = _TRUNK_ZERO.sub("", unicodedata.normalize("NFKC", text).strip())
    digits = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
    if text.startswith("+") or digits.startswith("00"):
        return f"+{digits.lstrip('0')}"
    if len(digits) == RUSSIAN_LENGTH and digits.startswith(RUSSIAN_TRUNK):
        return digits[1:]
    return digits.lstrip("0")


def number_key(text: str) -> str:
    """Return the end of a number, by which rows are found whose number may be the same one."""
    return fold_number(text)[-COMPARED_DIGITS:].lstrip("+")


def is_same_number(one: str, other: str) -> bool:
    """Tell whether two telephone numbers as typed are the same one.

    Where both name their country all digits count. Where one does not, it is the other's end:
    no country is assumed, for who types a number without one is often far from home.
    """
    folded = sorted((fold_number(one), fold_number(other)), key=len)
    if folded[0].startswith("+") and folded[1].startswith("+"):
        return folded[0] == folded[1]
    short, long = sorted((each.lstrip("+") for each in folded), key=len)
    return short == long or (len(short) >= COMPARED_DIGITS and long.endswith(short))


def _as_seen(sign: str) -> str:
    match unicodedata.category(sign):
        case "Cc" if sign not in "\n\r\t":
            return " "
        case "Cf" if sign not in _JOINERS:
            return ""
        case _:
            return "" if sign in _FILLERS else sign


def _ascii_domain(domain: str) -> str | None:
    try:
        text = domain.encode("idna").decode()
    except UnicodeError:
        return None
    labels = text.split(".")
    good = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return text if good else None
