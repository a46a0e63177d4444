"""The data that tests share: made before a test that asks for it, on levels beneath the tests."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

import pytest

from factoryfloor.errors import SharedChange
from factoryfloor.factories import activate, pass_by
from factoryfloor.isolation import PinnedConnection, track

from .asked import Fixtures
from .making import NOTHING, Maker, failing
from .providers import async_session, sync_session
from .shared import DEFINED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from factoryfloor.isolation import Group

    from .asked import Asked, Key
    from .making import Made
    from .run import Run
    from .shared import Shared
    from .values import Kept, Rows

SHARED_DATA = pytest.StashKey["SharedData"]()
"""The groups of this run."""

_OUTCOMES: Final = (pytest.skip.Exception, pytest.fail.Exception)


class SharedData:
    """The groups of this run.

    They hang on the connection that a test stands on, so that each database has its own.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pins: list[PinnedConnection] = []  # that have groups
        self._drawn = NOTHING.drawn
        self._of_session: set[str] | None = None  # modules in which a test asks for such data
        self.changed: list[SharedChange] = []
        self._failure: BaseException | None = None

    def begin(self, item: Any) -> None:
        """Let a test stand on the groups that it may see; those it asks for are made now."""
        self.changed, self._failure = [], None
        if not DEFINED or item.config.getoption("setupplan", default=False):
            return
        self._drawn = NOTHING.drawn
        try:
            self._stand(item)
        except pytest.exit.Exception:
            raise
        except (Exception, *_OUTCOMES) as error:
            self._failure = error  # the fixture's, not of the one whose setup begins the test
        pass_by(self._drawn)

    def value(
        self,
        shared: Shared,
        request: Any,
        receiver: tuple[object, ...],
        arguments: Mapping[str, object],
    ) -> object:
        """A shared fixture's value for the test; asked for too late, it is made for it alone."""
        item = request._pyfuncitem
        asked = Fixtures(item).named(request._fixturedef)
        connections = self._run.floor.connections
        groups = connections.groups.kept if isinstance(connections, PinnedConnection) else []
        for group in groups:
            if group.key == asked.key:
                value: Kept = group.content.value
                return value.opened(self._session(request), _top(groups).newer)
        if self._failure is not None:
            raise self._failure
        session = sync_session(request)
        known = {**arguments, "db": session}
        named = {name: known[name] for name in shared.arguments}
        with failing(asked):
            made = self._maker().make(asked, session, named, receiver=receiver, before=self._drawn)
        self._drawn = made.drawn
        return made.value.opened(session, {})

    def compare(self, item: pytest.Item) -> None:
        """Find what the test has changed of shared rows, unless it is marked to do so."""
        pinned = next((each for each in self._pins if each.active), None)
        if pinned is None or item.get_closest_marker("changes_shared"):
            return
        self.changed = [
            SharedChange(group.content.maker, *change)
            for group, change in pinned.changes_of_groups()
        ]

    def end(self) -> list[SharedChange]:
        """The test has ended; what it has changed."""
        pass_by(NOTHING.drawn)
        return self.changed

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Nothing is left open."""
        for each in self._pins:
            if not each.active:
                each.roll_back_groups()

    def _stand(self, item: Any) -> None:
        fixtures = Fixtures(item)
        asked = fixtures.shared()
        pinned = self._pinned(asked)
        if pinned is None:
            return
        groups = pinned.groups
        seen = takewhile(lambda each: self._is_seen(each.key, fixtures, asked), groups.made)
        groups.keep(len(list(seen)))
        for each in asked:
            kept = groups.kept
            if all(each.key != group.key for group in kept):
                # narrower ones are made again, above it, when they are asked for
                groups.keep(sum(group.key.rank <= each.key.rank for group in kept))
                self._make(pinned, item, each)
        self._drawn = _top(groups.kept).drawn

    def _pinned(self, asked: list[Asked]) -> PinnedConnection | None:
        """The connection of the test, where it has to do with groups."""
        if not asked:
            return next((each for each in self._pins if each.active), None)
        found = self._run.floor.connections
        if not isinstance(found, PinnedConnection):
            return None  # of a test marked committed_db: the data is made in its copy
        if found not in self._pins:
            self._pins.append(found)
        return found

    def _is_seen(self, key: Key, fixtures: Fixtures, asked: list[Asked]) -> bool:
        if any(each.key.stands_against(key) for each in asked):
            return False
        if key.scope != "session":
            return key.node == fixtures.node(key.scope)
        return fixtures.node("module") in self._modules_of_session(fixtures.item)

    def _modules_of_session(self, item: Any) -> set[str]:
        if self._of_session is None:
            every = [Fixtures(each) for each in item.session.items]
            self._of_session = {each.node("module") for each in every if each.uses("session")}
        return self._of_session

    def _make(self, pinned: PinnedConnection, item: Any, asked: Asked) -> None:
        ordinary = {
            name: item._request.getfixturevalue(name)
            for name in asked.shared.arguments
            if name != "db" and name not in asked.needs
        }
        below = pinned.groups.kept
        receiver = (item.instance,) if asked.shared.is_method else ()
        with (
            failing(asked),
            pinned.make_group(asked.key) as group,
            self._writing(pinned) as session,
        ):
            named = _arguments(asked, below, ordinary, session)
            drawn = _top(below).drawn
            made = self._maker().make(asked, session, named, receiver=receiver, before=drawn)
            changed = bool(pinned.changes_of_groups())
            group.content = replace(made, newer=_newer(below, session, changed=changed))

    @contextlib.contextmanager
    def _writing(self, pinned: PinnedConnection) -> Iterator[Session]:
        """A session for one group, which factories write in; it is committed."""
        with self._run.floor.application.sessionmaker() as session, contextlib.ExitStack() as undo:
            undo.callback(track(pinned, session))
            undo.callback(activate(lambda: session))
            yield session
            session.commit()

    def _maker(self) -> Maker:
        here = self._run.standing.here
        return Maker(self._run.seed, {} if here is None else here.record.sequences)

    @staticmethod
    def _session(request: Any) -> Session:
        """The test's own session: the asynchronous one where it asks for that alone."""
        names = request._pyfuncitem.fixturenames
        if "async_db" in names and "db" not in names:
            return async_session(request).sync_session
        return sync_session(request)


def _top(groups: Sequence[Group]) -> Made:
    """What stands highest."""
    return groups[-1].content if groups else NOTHING


def _arguments(
    asked: Asked, below: Sequence[Group], ordinary: Mapping[str, object], session: Session
) -> dict[str, object]:
    values = {group.key: group.content.value for group in below}
    newer = _top(below).newer
    needs = {name: values[one.key].opened(session, newer) for name, one in asked.needs.items()}
    known = {**ordinary, **needs, "db": session}
    return {name: known[name] for name in asked.shared.arguments}


def _newer(below: Sequence[Group], session: Session, *, changed: bool) -> Rows:
    """The rows of these groups that stand otherwise than they were made."""
    newer = dict(_top(below).newer)
    for group in below if changed else ():
        newer |= group.content.value.again(session)
    return newer
