"""Languages for tests, that have only a few sentences."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from outreach import language

Sentences = Mapping[str | tuple[str, str], str | tuple[str, ...]]


def know(
    folder: Path, patch: pytest.MonkeyPatch, code: str, sentences: Sentences, **words: str
) -> None:
    """Let the program know these sentences of a language; `words` are by their meaning."""
    catalog = Catalog(locale=code, domain=language.DOMAIN)
    for sentence, said in sentences.items():
        catalog.add(sentence, said)
    for meaning, pair in words.items():
        word, said = pair.split("=")
        catalog.add(word, said, context=meaning)
    patch.setattr(language, "FILES", folder)
    language.file_of(code).parent.mkdir(parents=True)
    with language.file_of(code).open("wb") as file:
        write_po(file, catalog)
    language._catalog.cache_clear()
