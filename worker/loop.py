"""The worker: what is done again and again beside the pages, each by itself, until told to end."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType

from flask import Flask
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from models.database import file_of
from outreach.accounts.limits import forget_ended
from outreach.claims import has_waiting
from outreach.matching.store.stored import catch_up
from outreach.messages.delivery import Delivery
from outreach.messages.due import has_due
from outreach.messages.outbox import post_rows
from outreach.operations.health import is_round_due, note_round
from outreach.operations.sqlite_files import check_file, empty_log, forget_copies
from outreach.planning.deadlines import notices as deadlines
from outreach.planning.large_imports.work import run_waiting
from outreach.planning.people.retention import (
    forget_answers,
    forget_due,
    has_old_answers,
    list_due,
)
from outreach.planning.portfolio.propose import PortfolioWork
from outreach.planning.synced import sync_due
from outreach.solving import searches
from outreach.staffing.letters import reminders
from outreach.staffing.letters.thanks import find_thanks
from outreach.staffing.proposed_rosters.propose import RosterWork
from outreach.staffing.signups.attendance.experience import find_uncounted, recount_due
from outreach.staffing.signups.lapse import find_lapsed, lapse
from outreach.staffing.signups.waiting_list import expire_offers
from worker.mail import writer

SECONDS_TO_END = 10
"""What takes longer when the worker is to end is broken off; another worker goes on with it."""
PAUSE_WHEN_DOWN = 60
"""Seconds without a try after the mail server took nothing."""
COPIES_KEPT = timedelta(days=35)
"""How long a copy from before a migration may hold people who were forgotten since."""
NOTED = 60
"""Seconds until a round that went as the one before it is noted again."""


@dataclass(frozen=True, slots=True)
class RepeatedTask:
    """A thing to do every so many seconds; `do` returns the seconds to wait longer if it failed."""

    name: str
    seconds: float
    do: Callable[[], float]
    is_daily: bool = False
    """Whether it is done by whoever finds, every so many seconds, that it was not done lately."""


class Worker:
    """Does the ticks, each line of them in a thread, so that none waits for another's network."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._noted: dict[str, tuple[float, bool]] = {}
        """By task, when its last round was noted, and whether it went well."""
        self.ending = threading.Event()
        self.reading: sessionmaker[Session] = app.extensions["READING_SESSIONS"]
        self.writing: sessionmaker[Session] = app.extensions["WRITING_SESSIONS"]
        self.lines: Sequence[Sequence[RepeatedTask]] = (
            (
                RepeatedTask("offers", 15, self.expire_offers),
                RepeatedTask("lapses", 600, self.let_lapse),
                RepeatedTask("experience", 60, self.count_hours),
                RepeatedTask("reminders", 30, self.remind),
                RepeatedTask("thanks", 900, self.thank),
                RepeatedTask("alarms", 120, self.raise_alarms),
                RepeatedTask("deadlines", 300, self.tell_deadlines),
            ),
            (RepeatedTask("mail", 2, self.deliver),),
            (RepeatedTask("trackers", 60, self.read_trackers),),
            (
                RepeatedTask("rosters", 1, lambda: self.search(RosterWork)),
                RepeatedTask("portfolios", 1, lambda: self.search(PortfolioWork)),
            ),
            (
                RepeatedTask("retention", 600, self.forget, is_daily=True),
                RepeatedTask("integrity", 600, self.check_integrity, is_daily=True),
            ),
            (RepeatedTask("imports", 1, self.import_large), RepeatedTask("matches", 1, self.match)),
        )

    def run_once(self) -> bool:
        """Do everything once; tell whether nothing failed."""
        waits = [self._did(task) for line in self.lines for task in line]
        return None not in waits

    def run(self, is_orphan: Callable[[], bool] = lambda: False) -> None:
        """Do everything again and again, until a signal says to end or the parent is gone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        threads = [
            threading.Thread(target=self._keep_doing, args=(line,), daemon=True)
            for line in self.lines
        ]
        for thread in threads:
            thread.start()
        while not self.ending.wait(1) and not is_orphan():
            pass
        self.ending.set()
        until = time.monotonic() + SECONDS_TO_END
        for thread in threads:
            thread.join(max(0, until - time.monotonic()))

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.ending.set()

    def _keep_doing(self, line: Sequence[RepeatedTask]) -> None:
        due = dict.fromkeys(line, time.monotonic())
        while not self.ending.is_set():
            task = min(line, key=due.__getitem__)
            if self.ending.wait(max(0, due[task] - time.monotonic())):
                return
            longer = self._did(task)
            rest = task.seconds if longer is None else longer
            due[task] = time.monotonic() + task.seconds + rest

    def _did(self, task: RepeatedTask) -> float | None:
        """Do one task; one that fails is logged and keeps nothing else from being done."""
        try:
            if task.is_daily and not self._is_due(task.name):
                return 0
            longer = task.do()
        except Exception:
            self.complain(f"{task.name} failed")
            longer = None
        self._note(task.name, went_well=longer == 0)
        return longer

    def _note(self, name: str, *, went_well: bool) -> None:
        """Note for others what became of a round, now and then and where it changed."""
        now, (at, was_well) = time.monotonic(), self._noted.get(name, (float("-inf"), False))
        if now - at < NOTED and went_well == was_well:
            return
        try:
            with self.writing.begin() as session:
                note_round(session, name, _now(), went_well=went_well)
        except DatabaseError:
            self.complain("a round could not be noted")
        else:
            self._noted[name] = (now, went_well)

    def complain(self, words: str) -> None:
        """Log the error that is being handled: what, and in a second line where, without values."""
        self.app.logger.error("worker: %s", words)
        self.app.logger.exception(words)

    def _is_due(self, name: str) -> bool:
        with self.reading() as session:
            return is_round_due(session, name, _now())

    def forget(self) -> float:
        """Forget how people are reached some time after their last shift, each by themselves."""
        with self.reading() as session:
            foundations = reminders.living_foundations(session)
            due = [one.id for own in foundations for one in list_due(session, own, _now())]
            old = [own for own in foundations if has_old_answers(session, own, _now())]
        for number in due:
            with self.writing.begin() as session:
                forget_due(session, number, _now())
        for own in old:
            with self.writing.begin() as session:
                forget_answers(session, own, _now())
        more = True
        while more and not self.ending.is_set():
            with self.writing() as session:
                more = forget_ended(session, _now())
                session.commit()
        if file := file_of(self.app.config["DATABASE_URL"]):
            forget_copies(file, _now() - COPIES_KEPT)
            empty_log(file)
        return 0

    def check_integrity(self) -> float:
        """Look for faults in the file of the database."""
        if file := file_of(self.app.config["DATABASE_URL"]):
            check_file(file)
        return 0

    def expire_offers(self) -> float:
        """Pass on what was offered and not answered in time."""
        with self.reading() as session:
            foundations = reminders.living_foundations(session)
        for foundation in foundations:
            changed = 1
            while changed and not self.ending.is_set():
                with self.writing() as session:
                    changed = expire_offers(session, foundation.now(_now()), foundation)
                    session.commit()
        return 0

    def let_lapse(self) -> float:
        """Free places whose person never answered, where mail is set up to ask them."""
        if self.app.config["MAIL_SERVER"] is None:
            return 0
        with self.reading() as session:
            due = [
                (foundation, number)
                for foundation in reminders.living_foundations(session)
                for number in find_lapsed(session, foundation, foundation.now(_now()), _now())
            ]
        for foundation, number in due:
            with self.writing() as session:
                lapse(session, number, foundation, foundation.now(_now()), _now())
                session.commit()
        return 0

    def count_hours(self) -> float:
        """Count what people stood on shifts that are over by now."""
        with self.reading() as session:
            due = [
                foundation
                for foundation in reminders.living_foundations(session)
                if find_uncounted(session, foundation, foundation.now(_now()))
            ]
        for foundation in due:
            counted = 1
            while counted and not self.ending.is_set():
                with self.writing() as session:
                    counted = recount_due(session, foundation, foundation.now(_now()))
                    session.commit()
        return 0

    def remind(self) -> float:
        """Post reminders whose time has come."""
        with self.reading() as session:
            dues = reminders.find_due(session, _now())
        if dues:
            with self.writing() as session:
                for _posted in reminders.post_due(session, dues, _now()):
                    session.commit()
        return 0

    def read_trackers(self) -> float:
        """Read the trackers that were not asked for some time."""
        every = timedelta(minutes=self.app.config["SYNC_MINUTES"])
        sync_due(self.writing, _now(), self.app.config.get("FETCHER"), every)
        return 0

    def search(self, kind: type[searches.Work]) -> float:
        """Go on with what somebody asked the optimiser for."""
        while not self.ending.is_set():
            with self.reading() as session:
                if not has_waiting(session, kind.rows, _now()):
                    break
            searches.run_waiting(kind, self.writing, _now, self.ending.is_set)
        return 0

    def import_large(self) -> float:
        """Bring large imports in, or back."""
        while not self.ending.is_set():
            if run_waiting(self.reading, self.writing, _now, self.ending.is_set) is None:
                break
        return 0

    def match(self) -> float:
        """Compute the matches that were left for later."""
        while not self.ending.is_set():
            if not catch_up(self.reading, self.writing, _now, self.ending.is_set):
                break
        return 0

    def thank(self) -> float:
        """Post letters of thanks, where foundations send them."""
        with self.reading() as session:
            rows = find_thanks(session, _now())
        if rows:
            with self.writing.begin() as session:
                post_rows(session, rows)
        return 0

    def raise_alarms(self) -> float:
        """Tell coordinators of events that are short of people."""
        with self.reading() as session:
            alarms = reminders.find_alarms(session, _now())
        for alarm in alarms:
            with self.writing() as session:
                reminders.post_alarm(session, alarm, _now())
                session.commit()
        return 0

    def tell_deadlines(self) -> float:
        """Post letters about deadlines that have come near, and the week's letter to staff."""
        with self.reading() as session:
            rows = deadlines.find_due(session, _now())
        if rows:
            with self.writing.begin() as session:
                post_rows(session, rows)
        return 0

    def deliver(self) -> float:
        """Send what waits, where mail is set up."""
        server = self.app.config["MAIL_SERVER"]
        if server is None:
            return 0
        with self.reading() as session:
            if not has_due(session, _now()):
                return 0
        delivery = Delivery(
            self.reading,
            self.writing,
            server,
            writer(self.app),
            _now,
            self.ending.is_set,
            self.complain,
        )
        return PAUSE_WHEN_DOWN if delivery.run().is_down else 0


def _now() -> datetime:
    return datetime.now(UTC)
