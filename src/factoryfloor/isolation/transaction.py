"""A virtual connection's transaction, and the savepoints that stand for such transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .sessions import TrackedSession
    from .work import Epoch, Work


class Inclusions(dict[str, list[str]]):
    """What began inside a transaction and was committed, by the savepoint around it."""

    def take(self, savepoints: Iterable[str]) -> list[str]:
        """What is inside these savepoints; from now on it is not known any more."""
        return [each for name in savepoints for each in self.pop(name, [])]

    def add(self, savepoint: str, included: Iterable[str]) -> None:
        """Take down what is inside this savepoint."""
        self.setdefault(savepoint, []).extend(included)


class VirtualTransaction:
    """What is known of one virtual connection's transaction.

    It has begun with its first statement. While it holds no savepoint it is suspended: what it
    wrote until then belongs to the level below, and its next statement makes a new savepoint.
    """

    def __init__(self, *, asynchronous: bool) -> None:
        self.asynchronous = asynchronous
        self.configuring = True  # until its pool hands the connection out
        self.configured = False  # a statement did so, which the test's rollback takes back
        self.read_only = False
        self.startup: dict[str, bytes] = {}  # settings that its engine asks for
        self.set_up: dict[str, bytes] = {}  # by events of its pool: the values before
        self.thread = 0
        self.last_used = 0.0
        self.reset()

    def reset(self) -> None:
        """It has ended."""
        self.begun = False
        self.explicit = False  # a textual BEGIN suspends autocommit
        self.savepoint: str | None = None
        self.epoch: Epoch | None = None
        self.owner: Work | None = None
        self.tracked: TrackedSession | None = None
        self.wrote = False
        self.failed = False  # rolled back on the server, which the application does not know yet
        self.parked: str | None = None  # a savepoint it can return to, made again only then
        self.parked_in_error = False  # until it returns
        self.lost = False  # rolled back together with the transaction around it
        self.absorbed = False  # its changes were committed with another transaction
        self.abandoned = False  # its connection is gone, or was returned amid a statement
        self.includes = Inclusions()
        self.replaced: dict[str, bytes] = {}  # by SET LOCAL: the values before
        self.own_values: dict[str, bytes] = {}  # of SET LOCAL, while suspended
        self.own_savepoints: list[str] = []  # of the application, while suspended
        self.cursors: dict[str, bool] = {}  # open on the server; True: outside of the savepoint
        self.text = ""  # of its latest statement
        self.reads = False  # that statement sees rows that are there
        self.around: VirtualTransaction | None = None  # with changes, when this one began

    def __str__(self) -> str:
        if self.tracked:
            return "the test's session"
        return f"a transaction of {self.owner or 'nobody'}"


class Level(NamedTuple):
    """A savepoint on the server: `name` is the application's, empty for a transaction's own."""

    savepoint: str
    transaction: VirtualTransaction
    name: str


class Levels(list[Level]):
    """The open savepoints, innermost last."""

    def base(self, transaction: VirtualTransaction) -> int:
        """Where the transaction's own savepoint is."""
        return next(i for i, level in enumerate(self) if level.savepoint == transaction.savepoint)

    def find(self, transaction: VirtualTransaction, name: str) -> int | None:
        """Where the application's latest savepoint of this name is."""
        places = (
            i
            for i in reversed(range(len(self)))
            if self[i].transaction is transaction and self[i].name == name
        )
        return next(places, None)

    def names(self, transaction: VirtualTransaction) -> list[str]:
        """The application's own savepoints in this transaction, outermost first."""
        return [level.name for level in self if level.transaction is transaction and level.name]

    def is_innermost(self, transaction: VirtualTransaction) -> bool:
        """Whether nothing but its own savepoints lies inside this transaction."""
        return all(level.transaction is transaction for level in self[self.base(transaction) :])

    def begun_above(self, index: int) -> list[VirtualTransaction]:
        """The transactions that began inside the level at this index, innermost first."""
        inner = reversed(self[index + 1 :])
        return [level.transaction for level in inner if not level.name]

    def opened(self) -> list[VirtualTransaction]:
        """The transactions that hold a savepoint, outermost first."""
        return [level.transaction for level in self if not level.name]
