"""What surrounds each test: its seed, its transaction, its active session."""

from __future__ import annotations

import contextlib
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pytest

from factoryfloor.errors import LeftBehindWarning, SharedDataChangedWarning
from factoryfloor.factories import activate
from factoryfloor.randomness import reseed, reseeded

from .providers import async_session, sync_session

if TYPE_CHECKING:
    from collections.abc import Generator

    from .run import Run

# autouse fixtures that every test has
_DRAW_NOTHING: Final = frozenset({"reset_sequences", "_session_faker", "request"})


class AroundTests:
    """Begins each test before its first fixture of its own, and ends it after the last.

    Fixtures wider than a test are set up and torn down outside of it.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._item: pytest.Item | None = None
        self._undo = contextlib.ExitStack()

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Have the scenario built that a test is marked with, before its fixtures are set up."""
        self._run.standing.choose(item)  # skipped tests do not come here

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Seed a fixture wider than a test by its own name, whichever test asks for it first."""
        if fixturedef.scope == "function":
            self._begin(request._pyfuncitem)
            return (yield)
        key = f"{fixturedef.baseid} {fixturedef.argname} {getattr(request, 'param_index', 0)}"
        with reseeded(self._run.seed, key):
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Begin a test that has no fixture of its own."""
        if isinstance(item, pytest.Function):
            self._begin(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Look at what a test has changed before its sessions are closed."""
        if self._item is item:
            self._run.shared_data.compare(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> None:
        """Seed the test's own values last, whatever other plugins did before its call."""
        reseed(self._run.seed, pyfuncitem.nodeid)

    def _begin(self, item: Any) -> None:
        if self._item is item:
            return
        self._item = item
        item.addfinalizer(self._end)  # the first to be added, and so the last to be called
        if type(item) is not pytest.Function or not _DRAW_NOTHING.issuperset(item.fixturenames):
            reseed(self._run.seed, f"{item.nodeid} setup")
        committed = _is_marked(item, "committed_db")
        template = self._run.standing.template
        self._run.floor.begin_test(item.nodeid, committed=committed, template=template)
        self._run.shared_data.begin(item)
        if _is_marked(item, "real_hashing"):
            self._undo.enter_context(self._run.hashing.suspended())
        request = item._request
        self._undo.callback(
            activate(partial(sync_session, request), partial(async_session, request))
        )

    def _end(self) -> None:
        item, self._item = self._item, None
        assert item is not None
        self._undo.close()
        left, notes = self._run.floor.end_test()
        changed = self._run.shared_data.end()
        if lines := [*left, *notes, *map(str, changed)]:
            item.add_report_section("teardown", "factoryfloor", "\n".join(lines))
        if left:
            warnings.warn(LeftBehindWarning(item.nodeid, left), stacklevel=1)
        if changed:
            warnings.warn(SharedDataChangedWarning(item.nodeid, changed), stacklevel=1)


def _is_marked(item: pytest.Item, name: str) -> bool:
    # the keywords are looked up faster, but hold other things than markers, too
    return name in item.keywords and item.get_closest_marker(name) is not None
