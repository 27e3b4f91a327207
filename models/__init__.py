"""What is stored: tables, named constraints, relationships and slim properties."""

from models.audit import ActSubject, AuditEntry
from models.base import Base
from models.briefs import Brief, BriefPrint
from models.calls import Call
from models.checklists import ChecklistItem, NoticeChoice
from models.covers import Cover, CoverAsk, Swap
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
from models.feeds import Feed
from models.foundation import Foundation
from models.gatherings import Gathering
from models.imports import ImportBatch, ImportRecords
from models.issues import Ask, BriefIssue, Issue, IssueSegment, Tracker
from models.kits import Kit, KitBooking, KitCount, KitLine, Swag
from models.matches import Match
from models.messages import BoothLetter, Message
from models.money import MoneyLine, MoneyRate, MoneyRequest, MoneyStop
from models.notes import EventNote, NoteMention
from models.operations import Heartbeat
from models.people import Person, PersonSegment, RateWindow, SignInLink, SignInSession
from models.plans import Approval, EventPlan
from models.portfolios import Portfolio
from models.rosters import RosterProposal
from models.segments import Segment
from models.staffing import (
    Availability,
    BlockedAddress,
    Booth,
    PersonalLink,
    Shift,
    ShiftKind,
    SignUp,
    SignUpAnswer,
)
from models.talks import (
    Proposal,
    ProposalSpeaker,
    ProposalStep,
    Talk,
    TalkSegment,
    TalkSpeaker,
)
from models.trips import Trip, TripCost, TripPerson, TripShare, TripStop

__all__ = [
    "ActSubject",
    "Approval",
    "Ask",
    "Attendance",
    "AuditEntry",
    "Availability",
    "Base",
    "BlockedAddress",
    "Booth",
    "BoothLetter",
    "Brief",
    "BriefIssue",
    "BriefPrint",
    "Call",
    "ChecklistItem",
    "Cover",
    "CoverAsk",
    "Decision",
    "DuplicateOffer",
    "Event",
    "EventNote",
    "EventPlan",
    "EventSource",
    "Feed",
    "Foundation",
    "Gathering",
    "Heartbeat",
    "ImportBatch",
    "ImportRecords",
    "Issue",
    "IssueSegment",
    "Kit",
    "KitBooking",
    "KitCount",
    "KitLine",
    "Match",
    "Message",
    "MoneyLine",
    "MoneyRate",
    "MoneyRequest",
    "MoneyStop",
    "NoticeChoice",
    "NoteMention",
    "Person",
    "PersonSegment",
    "PersonalLink",
    "Portfolio",
    "Proposal",
    "ProposalSpeaker",
    "ProposalStep",
    "RateWindow",
    "RosterProposal",
    "Segment",
    "Series",
    "SeriesAlias",
    "Shift",
    "ShiftKind",
    "SignInLink",
    "SignInSession",
    "SignUp",
    "SignUpAnswer",
    "Swag",
    "Swap",
    "Talk",
    "TalkSegment",
    "TalkSpeaker",
    "TeamMember",
    "Tracker",
    "Trip",
    "TripCost",
    "TripPerson",
    "TripShare",
    "TripStop",
]
