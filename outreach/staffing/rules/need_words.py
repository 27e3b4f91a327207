"""What a shift asks for, and a person is: the words of it in sentences."""

LANGUAGES = dict(
    pair.split("=")
    for pair in (
        "ar=Arabic cs=Czech da=Danish de=German en=English es=Spanish fi=Finnish fr=French "
        "hi=Hindi id=Indonesian it=Italian ja=Japanese ko=Korean nl=Dutch no=Norwegian pl=Polish "
        "pt=Portuguese ru=Russian sv=Swedish ta=Tamil tr=Turkish uk=Ukrainian vi=Vietnamese "
        "zh=Chinese"
    ).split()
)


def say_need(need: str) -> str:
    """Say whom a shift asks for: "somebody who leads", "somebody who speaks French"."""
    return f"somebody {say_being(need)}"


def say_being(need: str) -> str:
    """Say what such a person is or does: "who leads", "who knows vfx", "with forklift"."""
    kind, _, word = need.partition(":")
    word = word.replace("-", " ")
    match kind:
        case "lead":
            return "who leads"
        case "expert":
            return f"who knows {word}"
        case "language":
            return f"who speaks {LANGUAGES.get(word, word)}"
        case _:
            return f"for {word or kind}"
