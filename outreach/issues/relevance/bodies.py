"""Which sentences of an issue's body speak about the problem, and which only fill in a form."""

import re
from collections.abc import Iterator

SENTENCE = re.compile(r"[^\n.!?;]*(?:[.!?;](?!\s)[^\n.!?;]*)*[.!?;]*\s*")
HEADING = re.compile(r"\s*(?:#{1,6}\s|\*\*.+\*\*\s*:?\s*$|[A-Z][\w /()-]{2,40}:\s*$)")

# What a bug form prints whoever fills it in.
FORM = (
    r"bug report|feature request|issue template|checklist|contributing|code of conduct|"
    r"i have (?:searched|read|checked|verified|confirmed)|i agree|i(?: am|'m) willing|"
    r"is there an existing|are you willing|would you like to|pull request\s*\?|"
    r"screenshots?\b|\[[ x]\]|it (?:works|fails)|labels?\s*:|(?:yes|no|no response|n/a)\W*$|"
    r"please (?:add|fill|provide|describe|make sure|label)"
)

# What a bug form asks for, often answered in the same line.
ASKED = (
    r"(?:steps |how )?to reproduce|additional (?:context|info)|"
    r"(?:expected|actual|current)(?: behaviou?r| results?)?\s*[:\n]"
)

# What a reporter says about the machine rather than about the problem.
SURROUNDINGS = (
    r"environment|env\b|system (?:info|details|specs?)|operating system|platform\s*:|"
    r"(?:os|kernel|cpu|gpu|memory|ram|hardware|browsers?|distro(?:bution)?)(?: version)?\s*[:=]|"
    r"(?:software )?versions?\s*[:=]|device\s*:|desktop\s*[(:]|smartphone|"
    r"(?:my |the )?host(?: os| system| machine)?(?: is| runs|\s*:)|"
    r"(?:also |only )?(?:tested|reproduced|reproducible|verified|observed|happens|occurs) "
    r"(?:in|on|with|under|by|using|both)\b|"
    r"(?:also )?(?:installed|deployed|built|running|runs) "
    r"(?:by|via|with|from|using|through|on|in|inside|under)\b|"
    r"(?:relevant )?logs?(?: excerpt| output|\s*:)|traceback|stack trace|output of\b|"
    r"segmentation fault|core dumped|docker (?:version|info)\b|uname |lsb_release|workaround\s*:|"
    r"we use it in production|i(?: am|'m) (?:using|running|on)\b|using (?:version|v\d)"
)
OPENING = re.compile(
    rf"\W*(?:(?P<form>{FORM})|(?P<asked>{ASKED})|(?P<surroundings>{SURROUNDINGS}))",
    re.IGNORECASE,
)
VERSIONED = re.compile(
    r"\d+\.\d+|\b\d+\s?(?:GB|GiB|MB|cores?|vCPU)\b|\b(?:i[3579]|GTX|RTX|Ryzen|Core|Xeon|kernel|driver)\b"
)

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
FENCE = re.compile(r"\s*(?:```|~~~)[^`]*$")

PROBLEM, PRINTED, ANSWER, MACHINE, BLANK = 1.0, 0.4, 0.4, 0.15, 0.0
OPENINGS = {"form": BLANK, "asked": ANSWER, "surroundings": MACHINE}
# Longer bodies are logs from here on.
LIMIT = 20_000


def weigh_sentences(body: str) -> Iterator[tuple[str, float]]:
    """Yield each sentence with its weight between 0 and 1.

    A heading such as "### Environment" rules the sentences below it until the next heading, and
    a fence marks what a machine printed. Comments are the form's hints and left out.
    """
    section, printed = PROBLEM, False
    for match in SENTENCE.finditer(COMMENT.sub("\n", body[:LIMIT])):
        sentence = match[0]
        if FENCE.match(sentence):
            printed = not printed
        elif sentence.strip():
            weight = weigh_sentence(sentence)
            if not printed and sentence.endswith("\n") and HEADING.match(sentence):
                section = MACHINE if weight == MACHINE else PROBLEM
            yield sentence, min(weight, section, PRINTED if printed else PROBLEM)


def weigh_sentence(sentence: str) -> float:
    """Return 1 for a sentence on the problem, less for surroundings, 0 for a form's own text."""
    if opening := OPENING.match(sentence):
        return OPENINGS[opening.lastgroup or ""]
    return MACHINE if lists_versions(sentence) else PROBLEM


def lists_versions(sentence: str) -> bool:
    """Say whether the sentence is a list of three or more things, most with a version or a size."""
    items = sentence.split(",")
    if len(items) < 3 or len(sentence) > 40 * len(items):
        return False
    return 2 * sum(1 for item in items if VERSIONED.search(item)) > len(items)
