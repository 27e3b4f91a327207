"""Reads the Containerfile, and does its steps one by one where there is no engine to build it.

Run as a command it does them in a temporary folder: `python -m tests.container_steps`. What would
change the machine itself, packages and users, is left to an engine.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import find_port

ROOT = Path(__file__).parent.parent
FILE = ROOT / "deploy" / "Containerfile"
USER = 10001
SECONDS = 60
OF_THE_MACHINE = ("apt-get", "useradd")


@dataclass(frozen=True)
class Step:
    """An instruction: the number of its stage, its word, and what follows."""

    stage: int
    word: str
    rest: str


def read_steps() -> list[Step]:
    """Return the instructions in their order."""
    lines = [line for line in FILE.read_text().splitlines() if not line.startswith("#")]
    text = re.sub(r"\\\n\s*", "", "\n".join(lines))
    steps, stage = [], -1
    for word, _, rest in (line.partition(" ") for line in text.splitlines() if line):
        stage += word == "FROM"
        steps.append(Step(stage, word, rest.strip()))
    return steps


def settings_of(steps: list[Step], stage: int) -> dict[str, str]:
    """Return what a stage sets in the environment."""
    words = [word for step in steps if (step.stage, step.word) == (stage, "ENV")
             for word in shlex.split(step.rest)]  # fmt: skip
    return dict(word.split("=", 1) for word in words)


def argument(steps: list[Step], word: str) -> list[str]:
    """Return the command of the last instruction of this word, which is written as JSON."""
    rest = [step.rest for step in steps if step.word == word][-1]
    return [str(part) for part in re.findall(r'"([^"]*)"', rest[rest.index("[") :])]


def build(tree: Path) -> None:
    """Do the steps of the first stage in a folder that stands for its root."""
    for step in read_steps():
        if step.stage == 0 and step.word == "COPY":
            *sources, target = step.rest.split()
            for source in sources:
                _copy(ROOT / source, tree / target if target != "./" else tree / source)
        elif step.stage == 0 and step.word == "RUN":
            print(step.rest, flush=True)
            subprocess.run(["/bin/sh", "-ec", step.rest], cwd=tree, check=True)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


@contextmanager
def serving(tree: Path, **settings: str) -> Iterator[Mapping[str, str]]:
    """Start the last stage's command in a tree, as its user where we may, with its home alone."""
    steps = read_steps()
    given = settings_of(steps, 1)
    home = Path(tempfile.mkdtemp(prefix="whereabouts-home-"))
    ours = {name: home.as_posix() for name, value in given.items() if value == "/home/whereabouts"}
    path = f"{tree}/.venv/bin:{os.environ['PATH']}"
    environment = {**given, **ours, "PATH": path, "PORT": str(find_port()), **settings}
    environment["HOST"] = "127.0.0.1"
    os.chown(home, *_user())
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            as_user(argument(steps, "CMD")), cwd=tree, env=environment, stdout=log, stderr=log
        )
    try:
        yield environment
    finally:
        process.terminate()
        process.wait(SECONDS)
        shutil.rmtree(home)


def is_healthy(tree: Path, environment: Mapping[str, str]) -> bool:
    """Ask as the engine would, until the program has had its time to start."""
    command, deadline = argument(read_steps(), "HEALTHCHECK"), time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        done = subprocess.run(as_user(command), cwd=tree, env=environment, capture_output=True)
        if done.returncode == 0:
            return True
        time.sleep(0.3)
    return False


def as_user(command: list[str]) -> list[str]:
    """Return a command as it runs under the container's user, where we may choose."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *command]


def _user() -> tuple[int, int]:
    return (USER, USER) if os.geteuid() == 0 else (os.geteuid(), os.getegid())


def main() -> int:
    """Build and start it; 1 where it is not healthy."""
    with tempfile.TemporaryDirectory(prefix="whereabouts-tree-") as folder:
        tree = Path(folder)
        tree.chmod(0o755)
        build(tree)
        with serving(tree) as environment:
            well = is_healthy(tree, environment)
    print("The container's steps were done, and it is", "healthy." if well else "not healthy.")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
