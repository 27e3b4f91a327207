"""Secret tokens: made from the system's randomness, stored only as a hash."""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode

TOKEN_BYTES = 32
"""256 bits: guessing is hopeless, so a plain fast hash is enough for storage."""

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Make a token of 43 characters that needs no escaping in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return the SHA-256 by which a token is stored and found, in hexadecimal.

    Rows are found by this hash and never by the token, so the time that the search takes
    tells nothing about a stored token.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def has_token_shape(text: str) -> bool:
    """Tell whether a text can be a token at all, before the database is asked."""
    return _SHAPE.fullmatch(text) is not None


def sign(key: str, text: str) -> str:
    """Return the HMAC-SHA256 of a text as 43 characters that need no escaping."""
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
