"""The bytes of a file are text in whichever usual way they were written, or are refused."""

import pytest

from outreach.catalog.reading.text import read_text
from outreach.refusal import Refused

WORDS = "Name;Ort\nKöln Offen – 5 €;Köln"


@pytest.mark.parametrize(
    "way", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_the_same_words_are_read_however_they_were_written(way: str) -> None:
    assert read_text(WORDS.encode(way)) == WORDS


@pytest.mark.parametrize("content", [b"\x89PNG\n\x1a\0", b"A\x81\xff", b"PK\x03\x04"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read_text(content)
