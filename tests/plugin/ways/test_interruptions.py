"""A run that ends before its time leaves nothing, or nothing that outlives the next run."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    Run = Callable[..., pytest.RunResult]

# tests between others that do something to their process, having written rows
ENDS = """
    import os
    import signal

    import pytest
    from shop.factories import AuthorFactory

    # a caller's background shell may have it ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)

    @pytest.fixture(autouse=True)
    def rows(db):
        assert AuthorFactory.create().name == "Author 1"
        db.commit()

    @pytest.mark.parametrize("number", range(8))
    def test_before(number):
        pass

    @pytest.mark.parametrize("statement", {statements})
    def test_ends(statement):
        eval(statement)

    @pytest.mark.parametrize("number", range(8))
    def test_after(number):
        pass
"""
INTERRUPT = "os.kill(os.getpid(), signal.SIGINT)"
KILL = "os.kill(os.getpid(), signal.SIGKILL)"
KILL_PARENT = "os.kill(os.getppid(), signal.SIGKILL)"


@pytest.fixture
def connected(admin: psycopg.Connection, project: str) -> Callable[[], bool]:
    """Called, it returns whether a process is connected to one of the shop's databases."""
    query = "SELECT FROM pg_stat_activity WHERE starts_with(datname, %s)"
    return lambda: admin.execute(query, [f"{project}_"]).rowcount > 0


@pytest.mark.parametrize("statement", [INTERRUPT, "pytest.exit('enough')"])
def test_an_interrupted_run_leaves_nothing(run: Run, statement: str) -> None:
    result = run(test_ends=ENDS.format(statements=[statement]))

    assert abs(result.ret) == pytest.ExitCode.INTERRUPTED  # pytest 9 ends by the signal itself
    result.assert_outcomes(passed=8)


def test_an_interrupted_worker_ends_the_run_and_leaves_nothing(run: Run) -> None:
    result = run("-n", "2", test_ends=ENDS.format(statements=[INTERRUPT]))

    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_workers_that_die_are_replaced_and_their_databases_dropped(run: Run) -> None:
    result = run("-n", "2", test_ends=ENDS.format(statements=[KILL, "os._exit(3)"]))

    result.assert_outcomes(passed=16, failed=2)


def test_the_next_run_drops_what_killed_ones_left(
    run: Run, run_unchecked: Run, databases: Callable[[], set[str]], connected: Callable[[], bool]
) -> None:
    killed = run_unchecked(test_ends=ENDS.format(statements=[KILL]))
    left = databases()
    without_controller = run_unchecked("-n", "2", test_ends=ENDS.format(statements=[KILL_PARENT]))
    while connected():  # its workers end by themselves, when they next report to it
        time.sleep(0.05)

    after = run("--deselect", "test_ends.py::test_ends")

    assert (killed.ret, without_controller.ret) == (-signal.SIGKILL, -signal.SIGKILL)
    assert len(left) == 1
    after.assert_outcomes(passed=16)
    assert databases() == set()
