"""`flask work`: it sends what is due, survives what fails, and ends when it is told to."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from bench.torture_mail import torture
from models import Message, NoticeChoice, SignUp
from outreach.accounts.addresses import new_person
from outreach.messages import link_mail
from outreach.staffing.signups.sign_up import take
from tests import live as program
from tests.conftest import MakeApp, Stored
from tests.mail_servers import HOST, Box, serving
from tests.outreach.staffing.crew import Crew
from tests.ports import find_port
from tests.sampling import SEED
from tests.sign_ins import add_person
from worker.loop import Worker

SECONDS = 30
CANARY = "canary4711"


@pytest.fixture
def box() -> Iterator[Box]:
    with serving() as box:
        yield box


def settings(box: Box) -> dict[str, str]:
    return {"SMTP_HOST": HOST, "SMTP_PORT": str(box.port), "MAIL_FROM": "booth@where.example"}


def ask_for_link(stored: Stored) -> None:
    with stored() as session:
        add_person(session)
        link_mail.request_link(session, "ada@example.org", datetime.now(UTC))


def work_once(app: Flask) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["work", "--once"])


class TestOnce:
    """For cron: everything that is due, once."""

    def test_a_link_to_sign_in_arrives_and_works(
        self, make_app: MakeApp, stored: Stored, box: Box
    ) -> None:
        app = make_app(WTF_CSRF_ENABLED=False, **settings(box))
        ask_for_link(stored)
        done = work_once(app)
        assert (done.exit_code, done.output) == (0, "")
        (mail,) = box.taken
        words = mail.get_content().split()
        (link,) = [word for word in words if "/sign-in/" in word]
        assert link.startswith("http://localhost/sign-in/")
        path = link.removeprefix("http://localhost")
        assert app.test_client().post(path).status_code == 303
        assert work_once(app).exit_code == 0
        assert len(box.taken) == 1

    def test_a_link_asked_for_long_ago_or_by_another_address_is_dropped(
        self, make_app: MakeApp, stored: Stored, box: Box
    ) -> None:
        ask_for_link(stored)
        with stored() as session:
            message = session.scalars(select(Message)).one()
            message.created_at -= timedelta(hours=7)
            message.due_at -= timedelta(hours=7)
            bob = add_person(session, "Bob Example")
            link_mail.request_link(session, "bob@example.org", datetime.now(UTC))
            bob.email = bob.email_key = "new@example.org"
        assert work_once(make_app(**settings(box))).exit_code == 0
        with stored() as session:
            assert set(session.scalars(select(Message.state))) == {"dropped"}
        assert box.taken == []

    def test_reminders_and_alarms_are_posted_and_sent(
        self, make_app: MakeApp, stored: Stored, box: Box
    ) -> None:
        now = datetime.now(UTC)
        with stored() as session:
            crew = Crew(session)
            crew.ours.clock = None
            starts = (now + timedelta(days=2)).replace(microsecond=0)
            crew.event.starts_on = crew.event.ends_on = starts.date()
            shift = crew.shift(starts - timedelta(hours=30), min_people=0)
            crew.shift(starts)
            take(session, shift, crew.person(), now - timedelta(days=9), reason="asked")
            session.execute(update(Message).values(state="sent", sent_at=now - timedelta(days=9)))
            shift.starts_at = now + timedelta(hours=20)
            shift.ends_at = now + timedelta(hours=22)
            # On a Monday its lead would hear of the week too.
            session.add(NoticeChoice(person_id=crew.lead.id, how="none", kinds=[]))
        assert work_once(make_app(**settings(box))).exit_code == 0
        [reminder] = box.taken
        assert reminder["To"] == "v1@example.org"

    @pytest.mark.parametrize(("has_server", "state"), [(True, "removed"), (False, "taken")])
    def test_places_lapse_where_letters_can_be_delivered(
        self, make_app: MakeApp, stored: Stored, box: Box, has_server: bool, state: str
    ) -> None:
        now = datetime.now(UTC)
        with stored() as session:
            crew = Crew(session)
            crew.ours.clock = None
            crew.event.starts_on = crew.event.ends_on = now.date() + timedelta(days=9)
            then = now - timedelta(days=4)
            sol = new_person(crew.ours, "Sol", "sol@example.org", then)
            take(session, crew.shift(now + timedelta(days=9)), sol, then, reason="asked")
            message = session.scalars(select(Message).where(Message.kind == "confirmed")).one()
            message.state, message.sent_at = "sent", then
        assert work_once(make_app(**(settings(box) if has_server else {}))).exit_code == 0
        with stored() as session:
            assert session.scalars(select(SignUp.state)).all() == [state]

    def test_without_a_mail_server_mail_waits(self, app: Flask, stored: Stored) -> None:
        ask_for_link(stored)
        assert work_once(app).exit_code == 0
        with stored() as session:
            assert session.scalars(select(Message.state)).all() == ["waiting"]

    def test_one_thing_that_fails_keeps_no_other_from_being_done(
        self,
        make_app: MakeApp,
        stored: Stored,
        box: Box,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def fail(_worker: Worker) -> float:
            raise RuntimeError(f"{CANARY}@example.org")

        for name in ("remind", "expire_offers", "raise_alarms"):
            monkeypatch.setattr(Worker, name, fail)
        ask_for_link(stored)
        assert work_once(make_app(**settings(box))).exit_code == 1
        assert len(box.taken) == 1
        assert "worker: reminders failed" in caplog.text
        assert CANARY not in caplog.text


def wait_until(what: Callable[[], object]) -> None:
    until = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def start(folder: Path, box: Box, url: str, *words: str, **more: str) -> "subprocess.Popen[str]":
    environment = program.environment_for(folder / "none.db", folder / "home", find_port())
    environment |= settings(box) | {"DATABASE_URL": url, "BASE_URL": "https://where.example"} | more
    return subprocess.Popen(
        [sys.executable, "-m", "flask", *words],
        cwd=program.ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def children_of(pid: int) -> set[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child) for child in found}


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_it_sends_until_it_is_ended_and_says_nothing_secret(
    tmp_path: Path, database_url: str, stored: Stored, box: Box
) -> None:
    box.sender = "535 no"
    server = f"smtp://booth:{CANARY}@{HOST}:{box.port}"
    parts = {"SMTP_HOST": "", "SMTP_PORT": "", "SMTP_URL": server}
    process = start(tmp_path, box, database_url, "work", **parts)
    try:
        ask_for_link(stored)

        def was_tried() -> bool:
            with stored() as session:
                return bool(session.scalar(select(Message.attempts)))

        wait_until(was_tried)
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert CANARY not in said
    with stored() as session:
        assert CANARY not in session.scalars(select(Message.trouble)).one()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes by /proc")
class TestBesideTheServer:
    """`flask serve` keeps one worker, which ends with it."""

    @pytest.fixture
    def served(
        self, tmp_path: Path, database_url: str, box: Box
    ) -> Iterator["subprocess.Popen[str]"]:
        process = start(tmp_path, box, database_url, "serve", WORKER="1")
        self.url = ""
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            self.url = line.strip().rpartition(" ")[2]
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=SECONDS)

    def health(self) -> str:
        try:
            with urlopen(f"{self.url}/healthz", timeout=5) as answer:
                text: str = answer.read().decode()
        except OSError:
            return ""
        return text

    def test_it_sends_comes_back_when_killed_and_ends_with_the_server(
        self, served: "subprocess.Popen[str]", stored: Stored, box: Box
    ) -> None:
        wait_until(lambda: "worker: offers: It went well" in self.health())
        ask_for_link(stored)
        wait_until(lambda: box.taken)
        before = children_of(served.pid)
        assert len(before) == 2  # one that answers requests, and ours, in this order
        os.kill(max(before), signal.SIGKILL)
        wait_until(lambda: len(children_of(served.pid) - before) == 1)
        (again,) = children_of(served.pid) - before
        assert self.health().startswith(("ok\n", "look at: worker"))
        served.terminate()
        served.wait(SECONDS)
        wait_until(lambda: not lives(again))

    def test_it_ends_when_the_server_is_killed(self, served: "subprocess.Popen[str]") -> None:
        wait_until(lambda: "worker: offers: It went well" in self.health())
        children = children_of(served.pid)
        served.kill()
        served.wait(SECONDS)
        wait_until(lambda: not any(lives(child) for child in children))

    def test_it_can_be_left_out(self, tmp_path: Path, database_url: str, box: Box) -> None:
        process = start(tmp_path, box, database_url, "serve", WORKER="0")
        assert process.stdout is not None
        self.url = process.stdout.readline().strip().rpartition(" ")[2]
        try:
            wait_until(lambda: "No worker has done anything yet." in self.health())
            assert len(children_of(process.pid)) == 1
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS)


def test_nothing_is_lost_when_workers_are_killed(database_url: str, tmp_path: Path) -> None:
    """A sample of what `make torture` does."""
    figures = torture(database_url, tmp_path / "home", reminders=120, kills=4, seed=SEED)
    assert figures.is_kept, figures.say()
    assert figures.kills == 4
