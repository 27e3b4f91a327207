"""Tokens of trackers: read from the environment by the tracker's host, and stored nowhere.

A token in the database would have to be encrypted with a key that lies beside it; in the
environment it is kept by what starts the program, like SECRET_KEY and the database's own.
"""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from outreach.refusal import Refused

PREFIX = "WHEREABOUTS_TOKEN_"


def token_name(url: str) -> str:
    """Name the variable of a tracker: WHEREABOUTS_TOKEN_GITHUB_COM for https://github.com.

    Dots become one underscore and hyphens two, so that no other host's name reads the same;
    a port that is not the usual one stands at the end.
    """
    parts = urlsplit(url)
    port = f".{parts.port}" if parts.port not in (None, 443) else ""
    host = f"{parts.hostname or ''}{port}"
    return PREFIX + host.replace("-", "__").replace(".", "_").upper()


def find_token(url: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the token of a tracker, None where the environment has none.

    Refused where it could not be a header's value: the sentence names the variable only.
    """
    name = token_name(url)
    labels = (urlsplit(url).hostname or "").split(".")
    if any("_" in label or label != label.strip("-") for label in labels):
        return None  # no proper name of a host, and its variable could be another's
    token = environment.get(name, "").strip()
    if not (token.isascii() and token.isprintable()):
        raise Refused(f"{name} holds characters that no token has.")
    return token or None
