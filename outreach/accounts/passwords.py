"""Passwords: which are good enough, how they are kept (Argon2id) and checked."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from outreach.language import gettext as _
from outreach.refusal import Refused

SHORTEST, LONGEST = 12, 200
FEWEST_CHARACTERS = 5

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""2 passes over 19 MiB: OWASP's choice for servers with little memory; about 30 to 70 ms."""


def check_strength(password: str, *known: str | None) -> None:
    """Refuse a password that is easily guessed; `known` are the person's name and address."""
    if len(password) < SHORTEST:
        raise Refused(
            _("Take at least %(count)s characters; a sentence is fine.", count=SHORTEST), "new"
        )
    if len(password) > LONGEST:
        raise Refused(_("Take at most %(count)s characters.", count=LONGEST), "new")
    if len(set(password)) < FEWEST_CHARACTERS:
        raise Refused(_("That repeats too few characters to be hard to guess."), "new")
    folded = password.casefold()
    if any(text and folded in {text.casefold(), text.casefold() * 2} for text in known):
        raise Refused(_("Your name or address is the first thing somebody would try."), "new")


def hash_password(password: str) -> str:
    """Return the Argon2id hash to store, with its salt and parameters in it."""
    return _HASHER.hash(_same_everywhere(password))


def is_password(stored: str | None, password: str) -> bool:
    """Tell whether the password fits the stored hash.

    Without a stored hash the same work is done, so that the time tells nobody whether an
    address is known here.
    """
    try:
        _HASHER.verify(stored or _nobodys_hash(), _same_everywhere(password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def _same_everywhere(password: str) -> str:
    """Compose accents in one way: keyboards differ in how they send them."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
