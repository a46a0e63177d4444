"""What the workers of pytest-xdist and their controller tell each other."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from factoryfloor.errors import FactoryFloorError

if TYPE_CHECKING:
    from .run import Run

SEED = "factoryfloor_seed"
FAILURE = "factoryfloor_failure"


class Workers:
    """Gives workers the seed of the run, and takes from them why there is no database."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._failure: str | None = None
        self._crashed = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """In the controller: give a worker the seed."""
        node.workerinput[SEED] = self._run.seed

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """In the controller: take a worker's failure."""
        self._crashed = self._crashed or error is not None
        self._failure = self._failure or getattr(node, "workeroutput", {}).get(FAILURE)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """In a worker: pass the failure on. In the controller: end as after wrong usage."""
        failure = self._run.floor.failure
        output = getattr(session.config, "workeroutput", None)
        if output is not None and failure is not None:
            output[FAILURE] = str(failure)
        elif self._failure is not None:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self) -> None:
        """In the controller: drop what workers that died have left."""
        if self._crashed:
            with contextlib.suppress(FactoryFloorError):  # else the next run does
                self._run.floor.project.clean()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """In the controller: say once what is wrong."""
        if self._failure is not None:
            terminalreporter.write_line(f"ERROR: factoryfloor: {self._failure}", red=True)
