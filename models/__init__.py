"""What is stored: tables, named constraints, relationships and slim properties."""

from models.audit import AuditEntry
from models.base import Base
from models.briefs import Brief, BriefPrint
from models.events import (
    Attendance,
    Decision,
    DuplicateOffer,
    Event,
    EventSource,
    Series,
    SeriesAlias,
    TeamMember,
)
from models.foundation import Foundation
from models.gatherings import Gathering
from models.issues import Ask, BriefIssue, Issue, IssueSegment, Tracker
from models.matches import Match
from models.messages import Message
from models.people import Person, PersonSegment, RateWindow, SignInLink, SignInSession
from models.segments import Segment
from models.staffing import Booth, Shift, SignUp
from models.talks import Talk

__all__ = [
    "Ask",
    "Attendance",
    "AuditEntry",
    "Base",
    "Booth",
    "Brief",
    "BriefIssue",
    "BriefPrint",
    "Decision",
    "DuplicateOffer",
    "Event",
    "EventSource",
    "Foundation",
    "Gathering",
    "Issue",
    "IssueSegment",
    "Match",
    "Message",
    "Person",
    "PersonSegment",
    "RateWindow",
    "Segment",
    "Series",
    "SeriesAlias",
    "Shift",
    "SignInLink",
    "SignInSession",
    "SignUp",
    "Talk",
    "TeamMember",
    "Tracker",
]
