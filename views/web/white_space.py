"""White space of templates: indentation and line breaks are there to be read, not to be sent.

A template is folded once, when it is compiled. A line break with its indentation becomes one
space; it becomes nothing at the edges of an element, beside a block, and between two statements
within a sentence, as with Jinja's own `trim_blocks`. A statement on a line of its own adds
nothing. The formatter may lay a template out anew without changing what a browser shows.
"""

import re
from collections.abc import Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

# While a template is folded, each of Jinja's own parts stands in it as one character.
VALUE, OPENS, TURNS, ENDS = "\ue000", "\ue001", "\ue002", "\ue003"
"""`{{ … }}`, and statements: on a line of its own, one that opens drops the line break behind it,
one that ends the one before it, one that turns (`else`) both."""
GLUE = "\ue004"
"""Stands before a statement that drops none."""
EXACT_BREAK = "\ue005"
"""A line break that stays one."""

BLOCKS = (
    "html head title meta link script body header nav main section article aside footer address "
    "h[1-6] p div form fieldset legend ul ol li dl dt dd hr br figure figcaption blockquote pre "
    "details summary table caption colgroup col thead tbody tfoot tr th td datalist optgroup "
    "option defs g symbol path circle rect line text"
)
"""Elements beside whose tags, within and without, a browser shows no white space."""
ANY = "[a-z][a-z0-9]*"
EMPTY = "input img wbr"
"""Elements in a line of text that hold nothing."""


def _tag(names: str, slash: str = "/?") -> str:
    """Return the pattern of a whole tag."""
    return rf"""(<{slash}(?:{names.replace(" ", "|")})\b(?:"[^"]*"|'[^']*'|[^<>"'])*>)"""


EXACT = re.compile(r"<(pre|textarea)\b.*?</\1>", re.DOTALL)
LINE_END = re.compile(r"\s*\n\s*", re.ASCII)
BESIDE_STATEMENTS = re.compile(
    rf"(?<=\n[{OPENS}{TURNS}])\n|\n(?=[{TURNS}{ENDS}]\n)"
    rf"|(?<=[^\n][{OPENS}{TURNS}{ENDS}])\n(?={GLUE}?[{OPENS}{TURNS}{ENDS}][^\n])"
)
BESIDE_BLOCKS = re.compile(rf"\n?{_tag(BLOCKS)}\n?")
ELEMENT_BEGINS = re.compile(rf"(?!<(?:{EMPTY.replace(' ', '|')})\b){_tag(ANY, '')}(?<!/>)\n")
ELEMENT_ENDS = re.compile(rf"\n{_tag(ANY, '/')}")
ANY_TAG = re.compile(_tag(ANY))
TAG_ENDS = re.compile(r"\n(?=/?>\Z)")
IF_IN_TAG = re.compile(rf"\s({OPENS})([^{OPENS}{TURNS}{ENDS}]+{ENDS})")
PARTS = re.compile(f"[{VALUE}{OPENS}{TURNS}{ENDS}]")


class Folding(Extension):
    """Folds the white space of pages and drawings; other text stays as it is written."""

    def filter_stream(self, stream: TokenStream) -> TokenStream | Iterator[Token]:
        """Fold the text between the parts that Jinja reads itself."""
        if (stream.name or "").endswith((".html", ".svg")):
            return _fold_tokens(stream)
        return stream


def fold(text: str) -> str:
    """Fold a template in which Jinja's own parts are single characters."""
    text = EXACT.sub(lambda found: found[0].replace("\n", EXACT_BREAK), text)
    text = LINE_END.sub("\n", f"\n{text}\n")
    text = BESIDE_STATEMENTS.sub("", text)
    text = BESIDE_BLOCKS.sub(r"\1", text)
    text = ELEMENT_ENDS.sub(r"\1", ELEMENT_BEGINS.sub(r"\1", text))
    text = ANY_TAG.sub(_fold_tag, text.strip("\n"))
    text = text.replace("</option>", "")  # HTML ends it where the next one begins
    return text.replace(GLUE, "").replace("\n", " ").replace(EXACT_BREAK, "\n")


def _fold_tag(found: re.Match[str]) -> str:
    """Fold one tag: what stands there only sometimes brings its space along."""
    return IF_IN_TAG.sub(r"\1 \2", TAG_ENDS.sub("", found[0]))


def _fold_tokens(stream: TokenStream) -> Iterator[Token]:
    """Give the tokens of a template, the text between Jinja's own parts folded."""
    text, parts = "", list[list[Token]]()
    opened: list[tuple[str, str]] = []
    for token in stream:
        if token.type == "data":
            text += token.value
            continue
        if token.type in ("variable_begin", "block_begin"):
            is_statement = token.type == "block_begin"
            text += _mark(stream.current.value, text, opened) if is_statement else VALUE
            parts.append([])
        parts[-1].append(token)
    line = 1
    for folded, part in zip(PARTS.split(fold(text)), [*parts, []], strict=True):
        line = part[0].lineno if part else line
        yield Token(line, "data", folded)
        yield from part


def _mark(word: str, before: str, opened: list[tuple[str, str]]) -> str:
    """Return what stands for the statement that begins with this word.

    The parts of an `if` or `for` are on lines of their own all together or not at all, as the
    first of them is; a loop keeps the white space between its rounds.
    """
    if word in ("if", "for"):
        begins_line = not before.strip() or "\n" in before[len(before.rstrip()) :]
        opened.append((word, "" if begins_line else GLUE))
        return OPENS
    if word in ("elif", "else", "endif", "endfor"):
        opener, glue = opened[-1] if word.startswith("el") else opened.pop()
        turns_or_ends = TURNS if word.startswith("el") else ENDS
        return glue + (OPENS if opener == "for" else turns_or_ends)
    if word == "include":
        return VALUE
    return ENDS if word.startswith("end") else OPENS
