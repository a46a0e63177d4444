"""One pytest run: what is set up once, and what surrounds each test."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import uuid
from typing import TYPE_CHECKING

import pytest

from factoryfloor.adoption import CheapHashing, apply_patches, set_environment
from factoryfloor.errors import FactoryFloorError
from factoryfloor.floor import Floor
from factoryfloor.isolation import identify_requests, identify_threads, install
from factoryfloor.randomness import new_seed
from factoryfloor.settings import load

from . import clients, fixtures, standing
from .around import AroundTests
from .groups import SHARED_DATA, SharedData
from .registration import Registration
from .standing import STANDING, Standing
from .stash import FLOOR
from .workers import SEED, Workers

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path


class Run:
    """The plugin's state and hooks, registered once the configuration is found."""

    def __init__(self, config: pytest.Config, file: Path) -> None:
        settings = load(file)
        worker = os.environ.get("PYTEST_XDIST_WORKER")
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
        self.floor = Floor(settings, run=run, worker=worker)
        self.standing = Standing(self.floor)
        self.shared_data = SharedData(self)
        self.hashing = CheapHashing()
        self.seed = 0
        self._is_worker = False
        self._need_database = set(fixtures.NEED_DATABASE)
        self._undo = contextlib.ExitStack()
        self._undo.callback(set_environment(self.floor.environment, settings.pythonpath))
        if settings.fast_hashing:
            self.hashing.install()
            self._undo.callback(self.hashing.remove)
        self._undo.callback(self.floor.close)
        self._undo.callback(install(self.floor.target))
        config.pluginmanager.register(Workers(self), "factoryfloor-workers")
        config.pluginmanager.register(AroundTests(self), "factoryfloor-around")
        config.stash[FLOOR] = self.floor
        config.stash[STANDING] = self.standing
        config.stash[SHARED_DATA] = self.shared_data
        config.pluginmanager.register(self.shared_data, "factoryfloor-shared-data")
        config.pluginmanager.register(fixtures, "factoryfloor-fixtures")
        config.pluginmanager.register(standing, "factoryfloor-standing")
        if settings.app and importlib.util.find_spec("httpx"):
            config.pluginmanager.register(clients, "factoryfloor-clients")

    def pytest_configure(self, config: pytest.Config) -> None:
        """Choose the seed, which workers take from the controller."""
        config.addinivalue_line("markers", "real_hashing: hash passwords at production's cost")
        config.addinivalue_line(
            "markers", "committed_db: run on a database of the test's own, where commits are real"
        )
        config.addinivalue_line(
            "markers", "changes_shared: change rows of shared data without a warning"
        )
        config.addinivalue_line(
            "markers", "scenario(name, scale=None, seed=0): stand on what this scenario makes"
        )
        self._is_worker = hasattr(config, "workerinput")
        given = config.getoption("--factory-seed")
        inherited = getattr(config, "workerinput", {}).get(SEED, given)
        self.seed = new_seed() if inherited is None else inherited

    def pytest_report_header(self) -> str:
        """The seed, and where the tests run."""
        floor = self.floor
        return f"factoryfloor: --factory-seed={self.seed}, {floor.server.describe()}"

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Import the factories and make fixtures of them."""
        settings = self.floor.settings
        if session.config.pluginmanager.hasplugin("dsession"):
            with usage_error():  # in a worker of pytest-xdist it would be a crash
                Registration(settings)
            return
        with usage_error():
            self._undo.callback(apply_patches(settings))
            self._undo.callback(identify_threads(lambda: self.floor.epoch))
            if settings.app and importlib.util.find_spec("starlette"):
                self._undo.callback(identify_requests())
            registration = Registration(settings)
            self._need_database |= vars(registration.fixtures).keys()
            for plugin in (registration, registration.fixtures):
                session.config.pluginmanager.register(plugin)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """End the run, with one clear message, when there is no database to run on."""
        if not self._is_worker and self._needs_database(item):
            with usage_error():
                self.floor.prepare()
        result = yield
        failure = self.floor.failure
        if failure is not None and self._is_worker:
            # an exception would be the worker's crash; this ends the whole run
            item.session.shouldfail = "there is no database"
        elif failure is not None:
            raise pytest.UsageError(f"factoryfloor: {failure}") from failure
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show the message alone where there is no database to run on."""
        report = yield
        if call.excinfo is not None and call.excinfo.value is self.floor.failure:
            report.longrepr = f"factoryfloor: {self.floor.failure}"
        return report

    def _needs_database(self, item: pytest.Item) -> bool:
        names: Iterable[str] = getattr(item, "fixturenames", ())
        runs = not item.config.getoption("setupplan", default=False)
        return runs and not self._need_database.isdisjoint(names)

    def pytest_unconfigure(self) -> None:
        """Put everything back; the databases made are dropped."""
        self._undo.close()


@contextlib.contextmanager
def usage_error() -> Iterator[None]:
    """Turn an error of the library's into pytest's own for wrong usage."""
    try:
        yield
    except FactoryFloorError as error:
        raise pytest.UsageError(f"factoryfloor: {error}") from error
