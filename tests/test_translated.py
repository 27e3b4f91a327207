"""What is looked for in a language is found."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from outreach import language
from tests import translated
from tests.translated import Sentence, faults

SHIFT, FREE = "%(shift)s is over.", ("%(num)s place at %(event)s", "%(num)s places at %(event)s")
TAKE, HELLO = "Take <b>it</b>\nat $start_time", "hello"
SAYS: frozenset[Sentence] = frozenset([(None, SHIFT), (None, FREE), (None, TAKE), ("greet", HELLO)])
GOOD: dict[Sentence, str | tuple[str, ...]] = {
    (None, SHIFT): "%(shift)s ist vorbei.",
    (None, FREE): ("Ein Platz bei %(event)s", "%(event)s: %(num)s Plätze"),
    (None, TAKE): "Um $start_time:\n<b>nehmen</b>",
    ("greet", HELLO): "hallo",
}


@pytest.fixture(autouse=True)
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let volunteers read a few sentences only, in a German without any."""
    monkeypatch.setattr(language, "FILES", tmp_path)
    monkeypatch.setattr(translated, "sentences", lambda: SAYS)
    language.file_of("de").parent.mkdir(parents=True)


def write(says: dict[Sentence, str | tuple[str, ...]], *, plurals: str = "", **of: object) -> None:
    """Write the file of a translator; `of` is about each sentence."""
    catalog = Catalog(locale="de")
    for (meaning, sentence), said in says.items():
        catalog.add(sentence, said, context=meaning, **of)  # type: ignore[arg-type]
    with language.file_of("de").open("wb") as file:
        write_po(file, catalog)
    if plurals:
        text = language.file_of("de").read_text(encoding="utf-8")
        text = text.replace("plural=(n != 1)", f"plural={plurals}")
        language.file_of("de").write_text(text, encoding="utf-8")


def test_a_language_that_lacks_nothing() -> None:
    write(GOOD)
    assert faults("de") == []


@pytest.mark.parametrize(
    ("sentence", "said", "fault"),
    [
        ((None, SHIFT), "", "not translated"),
        ((None, SHIFT), "Die Schicht ist vorbei.", "has [], not ['%(shift)s']"),
        ((None, SHIFT), "%(schicht)s ist vorbei.", "has ['%(schicht)s'], not ['%(shift)s']"),
        ((None, SHIFT), "%(shift)s ist 100 %.", "cannot be filled in"),
        ((None, TAKE), "<b>Nehmen</b> um $start_time", "not ['\\n', '$start_time', '</b>', '<b>']"),
        ((None, TAKE), "<i>Nehmen</i>\num $start_time", "has ['\\n', '$start_time', '</i>',"),
        ((None, FREE), ("Ein Platz bei %(event)s", ""), "not translated"),
        ((None, FREE), ("Ein Platz", "%(num)s Plätze bei %(event)s"), "where one is"),
        ((None, FREE), ("%(num)s bei %(event)s", "Plätze bei %(event)s"), "has ['%(event)s'], not"),
    ],
)  # fmt: skip
def test_a_fault_is_found(sentence: Sentence, said: str | tuple[str, ...], fault: str) -> None:
    write({**GOOD, sentence: said})
    assert any(fault in line for line in faults("de")), faults("de")


def test_what_is_missing_and_what_is_left_over() -> None:
    write({**{one: said for one, said in GOOD.items() if one[1] != HELLO}, (None, "bye"): "ade"})
    assert faults("de") == ["not in the file: 'hello'", "not said any more: 'bye'"]


def test_what_somebody_is_unsure_of() -> None:
    write(GOOD, flags=["fuzzy"])
    assert len([line for line in faults("de") if line.startswith("fuzzy")]) == len(GOOD)


def test_how_a_form_is_chosen() -> None:
    write(GOOD, plurals="(n > 1)")
    assert faults("de") == ["its plurals are chosen by (n > 1), not (n != 1)"]


def test_a_list_has_as_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    [meaning, *_] = sorted(translated.LISTS)
    monkeypatch.setattr(translated, "sentences", lambda: frozenset([(meaning, "no, one, two")]))
    write({(meaning, "no, one, two"): "kein, ein"})
    assert faults("de") == ["2 words, not 3: 'no, one, two'"]


def test_every_language_that_is_offered_ships() -> None:
    assert {*translated.PLURALS, language.SOURCE} == language.NAMES.keys()
