"""A tree: an object and all that its declarations make with it, written by one flush."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from factoryfloor.errors import RefusedRowError

from .refusal import Made, explained

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

_KEY = "factoryfloor.tree"  # in `Session.info`: the tree that grows in this session now


class Tree:
    """The objects of one `create()` or `create_batch()`, in a savepoint of their own."""

    def __init__(self, session: Session, autoflush: bool) -> None:
        self.session = session
        self.autoflush = autoflush  # what hooks of the user's find
        self.made: list[Made] = []
        self.is_batch = False  # whether the next `create()` belongs to this tree
        # it reaches PostgreSQL with the first statement; what waits in the session is written first
        self._savepoint = session.begin_nested()

    def add(self, made: Made) -> None:
        """Let `made` be written by the next flush, unless its factory saw to that itself."""
        state: Any = sa.inspect(made.instance, raiseerr=False)
        if state is None:
            return  # an overridden `_create` may return anything
        self.made.append(made)
        if state.transient:
            self.session.add(made.instance)

    def flush(self) -> None:
        """Write all that is there, if anything is."""
        self.session.flush()

    @contextmanager
    def written(self) -> Iterator[None]:
        """Within the block the tree is in the database, as a hook of the user's may expect."""
        self.flush()
        self.session.autoflush = self.autoflush
        try:
            yield
        finally:
            self.session.autoflush = False

    def close(self) -> None:
        """Write the rest and release the savepoint, unless a hook ended it."""
        self.flush()
        if self._is_open():
            self._savepoint.commit()

    def undo(self) -> None:
        """Take back every row and object of the tree."""
        if self._is_open():
            self._savepoint.rollback()

    def _is_open(self) -> bool:
        current = self.session.get_nested_transaction()
        while current is not None and current is not self._savepoint:
            current = current.parent
        return current is not None


def growing_tree(session: Session) -> Tree | None:
    """The tree whose declarations are being evaluated in this session now."""
    tree: Tree | None = session.info.get(_KEY)
    return tree if tree is not None and not tree.is_batch else None


@contextmanager
def grown(session: Session) -> Iterator[Tree]:
    """The tree for a `create()`: the batch's where one waits for it, else its own."""
    batch = session.info.get(_KEY)
    if batch is None or not batch.is_batch:
        with _new_tree(session) as tree:
            yield tree
        return
    batch.is_batch = False
    try:
        yield batch
    finally:
        batch.is_batch = True


@contextmanager
def grown_batch(session: Session) -> Iterator[None]:
    """Within the block every `create()` joins one tree, written at the end."""
    with _new_tree(session) as tree:
        tree.is_batch = True
        yield


@contextmanager
def _new_tree(session: Session) -> Iterator[Tree]:
    outer, autoflush = session.info.get(_KEY), session.autoflush
    tree = session.info[_KEY] = Tree(session, outer.autoflush if outer else autoflush)
    session.autoflush = False
    try:
        yield tree
        tree.close()
    except RefusedRowError:
        tree.undo()
        raise
    except StatementError as error:
        tree.undo()
        refusal = explained(session, tree.made, error)
        if refusal is error:
            raise
        raise refusal from error
    except BaseException:
        tree.undo()
        raise
    finally:
        session.autoflush = autoflush
        if outer is None:
            session.info.pop(_KEY, None)
        else:
            session.info[_KEY] = outer
