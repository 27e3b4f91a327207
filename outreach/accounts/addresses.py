"""Mail addresses: which are well-formed, which are the same, which share a limit."""

import re
import unicodedata

from outreach.language import gettext as _
from outreach.refusal import Refused

LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64

_LOCAL_PART = re.compile(r"[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f]+")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def fold(address: str) -> str:
    """Return the form in which addresses are compared, or refuse what is none.

    Upper and lower case, compatibility forms of Unicode (NFKC) and the two spellings of an
    international domain fold together. Tags (`ada+booth@`) and dots stay: to many mail
    servers they are another mailbox. Mail goes to the address as it was given, never here.
    """
    text = unicodedata.normalize("NFKC", address.strip()).casefold()
    local, at, domain = text.rpartition("@")
    is_odd = not _LOCAL_PART.fullmatch(local) or any(not c.isprintable() for c in text)
    is_long = len(text) > LONGEST_ADDRESS or len(local) > LONGEST_LOCAL_PART
    ascii_domain = None if is_odd or is_long or not at else _ascii_domain(domain)
    if ascii_domain is None:
        raise Refused(_("That is not a mail address. It looks like name@example.org."), "email")
    return f"{local}@{ascii_domain}"


def bucket(key: str) -> str:
    """Return what a folded address is counted under when tries are limited.

    Tags and dots are dropped, so that one mailbox has one limit under all its spellings.
    """
    local, _at, domain = key.rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def _ascii_domain(domain: str) -> str | None:
    try:
        text = domain.encode("idna").decode()
    except UnicodeError:
        return None
    labels = text.split(".")
    good = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return text if good else None
