"""Many runs on one machine share the server and the template, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def test_ten_runs_at_once(
    pytester: pytest.Pytester, suite: int, shop: Path, databases: Callable[[], set[str]]
) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "left_nothing", "-p", "no:cacheprovider"]
    runs = [pytester.popen(command, stdin=subprocess.DEVNULL) for _ in range(10)]
    outputs = [run.communicate()[0].decode() for run in runs]

    summaries = [output.splitlines()[-1].partition(" in ")[0] for output in outputs]
    left = [line.partition(": ") for line in (shop / "left.txt").read_text().splitlines()]
    assert summaries == [f"{suite} passed"] * 10
    assert len({name for name, _, _ in left}) == 10
    assert {rows for _, _, rows in left} == {""}
    assert databases() == set()
