"""The units: right for systemd, and right for this program."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from tests.commands.test_serve import run
from tests.container_steps import ROOT

UNITS = sorted((ROOT / "deploy").glob("whereabouts*.service"))
PROGRAM = "/srv/whereabouts/.venv/bin/flask"


def read(unit: Path) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(unit)
    return found


def test_there_are_three_and_a_timer() -> None:
    names = [unit.stem for unit in UNITS]
    assert names == ["whereabouts-backup", "whereabouts-worker", "whereabouts"]
    assert (ROOT / "deploy/whereabouts-backup.timer").exists()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_each_runs_a_command_that_there_is_as_nobody_of_importance(app: Flask, unit: Path) -> None:
    service = read(unit)["Service"]
    program, command = service["ExecStart"].split()
    assert program == PROGRAM
    assert run(app, command, "--help").exit_code == 0
    assert service["User"] == "whereabouts"
    assert service["ProtectSystem"] == "strict"
    assert service["Environment"].endswith(f"/var/lib/{service['StateDirectory']}")


def test_systemd_understands_them(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze here")
    for unit in (ROOT / "deploy").glob("whereabouts*.*"):
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.glob("whereabouts*"))],
        capture_output=True,
        text=True,
    )
    if "Failed to" in done.stderr and "bus" in done.stderr:
        pytest.skip("systemd-analyze cannot run here")
    assert (done.returncode, done.stderr) == (0, "")
