"""Which community segments an issue concerns, and because of which of its words."""

from outreach.issues.relevance.judging import Relevance
from outreach.issues.relevance.offers import Offer, offer_phrases
from outreach.issues.relevance.subjects import Answer, Finding, IssueText, Profile, Where

__all__ = [
    "Answer",
    "Finding",
    "IssueText",
    "Offer",
    "Profile",
    "Relevance",
    "Where",
    "offer_phrases",
]
