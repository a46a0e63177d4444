"""One pytest run: what is set up once, and what surrounds each test."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from factoryfloor.adoption import CheapHashing, apply_patches, set_environment
from factoryfloor.errors import FactoryFloorError
from factoryfloor.factories import activate
from factoryfloor.floor import Floor
from factoryfloor.isolation import identify_requests, install
from factoryfloor.randomness import new_seed, reseed, reseeded
from factoryfloor.settings import load

from . import clients, fixtures
from .providers import async_session, sync_session
from .registration import Registration
from .stash import AROUND_TEST, FLOOR
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
        self.hashing = CheapHashing()
        self.seed = 0
        self._is_worker = worker is not None
        self._need_database = set(fixtures.NEED_DATABASE)
        self._undo = contextlib.ExitStack()
        self._undo.callback(set_environment(self.floor.environment, settings.pythonpath))
        if settings.fast_hashing:
            self.hashing.install()
            self._undo.callback(self.hashing.remove)
        self._undo.callback(self.floor.close)
        self._undo.callback(install(self.floor.target))
        config.pluginmanager.register(Workers(self), "factoryfloor-workers")
        config.stash[FLOOR] = self.floor
        config.stash[AROUND_TEST] = self.around_test
        config.pluginmanager.register(fixtures, "factoryfloor-fixtures")
        if settings.app and importlib.util.find_spec("httpx"):
            config.pluginmanager.register(clients, "factoryfloor-clients")

    def pytest_configure(self, config: pytest.Config) -> None:
        """Choose the seed, which workers take from the controller."""
        config.addinivalue_line("markers", "real_hashing: hash passwords at production's cost")
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
            if settings.app and importlib.util.find_spec("starlette"):
                self._undo.callback(identify_requests())
            registration = Registration(settings)
            self._need_database |= vars(registration.fixtures).keys()
            for plugin in (registration, registration.fixtures):
                session.config.pluginmanager.register(plugin)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """End the run, with one clear message, when there is no database to run on."""
        if not self._is_worker and not self._need_database.isdisjoint(_fixture_names(item)):
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

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Seed a fixture wider than a test by its own name, whichever test asks for it first."""
        if fixturedef.scope == "function":
            return (yield)
        key = f"{fixturedef.baseid} {fixturedef.argname} {getattr(request, 'param_index', 0)}"
        with reseeded(self.seed, key):
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Seed the test's own values last, whatever other plugins did before its call."""
        reseed(self.seed, pyfuncitem.nodeid)
        return (yield)

    @contextlib.contextmanager
    def around_test(self, request: pytest.FixtureRequest) -> Iterator[None]:
        """What surrounds one test: its seed, its transaction, its active session."""
        item = request.node
        reseed(self.seed, f"{item.nodeid} setup")
        with contextlib.ExitStack() as stack:
            if item.get_closest_marker("real_hashing"):
                stack.enter_context(self.hashing.suspended())
            self.floor.begin_test()
            stack.callback(self._end_test, item)
            stack.callback(
                activate(partial(sync_session, request), partial(async_session, request))
            )
            yield

    def _end_test(self, item: pytest.Item) -> None:
        for note in self.floor.end_test():
            item.add_report_section("teardown", "factoryfloor", note)

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


def _fixture_names(item: pytest.Item) -> Iterable[str]:
    names: Iterable[str] = getattr(item, "fixturenames", ())
    return names
