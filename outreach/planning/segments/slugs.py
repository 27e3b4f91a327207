"""Makes the part of an address that names something, from the name that people gave it."""

import re
from collections.abc import Collection


def free_slug(name: str, taken: Collection[str], otherwise: str) -> str:
    """Return the name in small Latin letters, numbered where it is taken.

    A name without Latin letters is called by its kind, `otherwise`.
    """
    stem = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:50].strip("-") or otherwise
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *numbered) if slug not in taken)
