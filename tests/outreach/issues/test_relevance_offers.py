"""What staff accepted offers new phrases, each with the issues that support it."""

from outreach.issues.relevance.offers import PhraseOffer, offer_phrases
from outreach.issues.relevance.subjects import IssueText, LinkAnswer, Profile

FILM = Profile("film", "Film people", keywords=("Houdini",))


def answer(key: str, title: str, accepted: bool, segment: str = "film") -> LinkAnswer:
    return LinkAnswer(IssueText(key, "", title), segment, accepted)


def test_a_phrase_needs_two_accepted_issues_and_is_quoted() -> None:
    answers = [
        answer("1", "Houdini and Clarisse: crash on load", True),
        answer("2", "CLARISSE loses nodes", True),
        answer("3", "Login is slow", False),
        answer("4", "Login fails", False),
        answer("5", "Clarisse manual", True, segment="other"),
    ]
    assert offer_phrases(FILM, answers) == [PhraseOffer("Clarisse", ("1", "2"))]


def test_a_phrase_of_rejected_issues_is_not_offered() -> None:
    answers = [answer(str(n), "Clarisse crashes", n < 2) for n in range(4)]
    assert offer_phrases(FILM, answers) == []
