"""Reads the bytes of a file as text, in whichever of the usual ways it was written."""

import codecs

from outreach.refusal import Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PROBED = 2000


def read_text(content: bytes) -> str:
    """Return the text of a file: by its mark, as UTF-8, else as a spreadsheet on Windows writes it.

    Windows-1252 leaves a few bytes without a meaning, and control characters stand in no list:
    where either is met, nobody can tell what the bytes mean, and the file is refused.
    """
    for name in (*_ways(content), "utf-8", "cp1252"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if not any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text[:_PROBED]):
            return text
    raise Refused("The file is neither JSON nor a table in text that can be read.", "file")


def _ways(content: bytes) -> list[str]:
    """Return how a file says it is written; without a mark, zeros on one side tell UTF-16."""
    marked = [name for mark, name in _MARKS if content.startswith(mark)]
    if marked or len(content) % 2:
        return marked
    half = len(content[:_PROBED]) // 2
    zeros = [content[side:_PROBED:2].count(0) for side in (1, 0)]
    return [
        name
        for name, count in zip(("utf-16-le", "utf-16-be"), zeros, strict=True)
        if half and count * 2 > half
    ]
