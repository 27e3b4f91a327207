"""Asks for known faults of the locked libraries, and says so where that cannot be asked."""

import json
import subprocess
import sys
from typing import Any

UNREACHABLE = (
    "The list of known faults cannot be reached from here, so the libraries were not audited."
)


def main(lists: list[str]) -> int:
    """Audit these lists; 1 where a library has a known fault."""
    asked = [word for name in lists for word in ("--requirement", name)]
    options = ("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json")
    done = subprocess.run(  # noqa: S603 - our own Python and lists
        [sys.executable, "-m", "pip_audit", *options, *asked], capture_output=True, text=True
    )
    try:
        libraries = json.loads(done.stdout)["dependencies"]
    except ValueError:
        print(UNREACHABLE, *done.stderr.strip().splitlines()[-1:], sep="\n")
        return 0
    sentence, code = judge(libraries)
    print(sentence)
    return code


def judge(libraries: list[dict[str, Any]]) -> tuple[str, int]:
    """Return what came of it in a sentence; who was skipped was not audited."""
    faulty = [one for one in libraries if one.get("vulns")]
    skipped = [one["name"] for one in libraries if "skip_reason" in one]
    if faulty:
        lines = [
            f"{one['name']} {one['version']}: {', '.join(fault['id'] for fault in one['vulns'])}"
            for one in faulty
        ]
        return "\n".join(["These libraries have known faults:", *lines]), 1
    if len(skipped) == len(libraries):
        return UNREACHABLE, 0
    asked = len(libraries) - len(skipped)
    rest = f" Not asked: {', '.join(skipped)}." if skipped else ""
    return f"Libraries asked about: {asked}, and none has a known fault.{rest}", 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
