"""Every exception of the library; each message says what to do next."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from .changed import SharedChange, SharedDataChangedWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .doubled import (
        IsolationError,
        RefusedDataError,
        RefusedIntegrityError,
    )

__all__ = [
    "BinariesMissingError",
    "EscapedTransactionError",
    "FactoryDefinitionError",
    "FactoryFloorError",
    "FixtureConflictError",
    "ForeignDatabaseError",
    "InsufficientPrivilegeError",
    "IsolationError",
    "LeftBehindWarning",
    "MissingRowError",
    "NoActiveSessionError",
    "RefusedDataError",
    "RefusedIntegrityError",
    "RefusedRowError",
    "ScaleError",
    "ScenarioDefinitionError",
    "ScenarioFailedError",
    "SchemaError",
    "ServerUnreachableError",
    "SettingsError",
    "SharedChange",
    "SharedDataChangedWarning",
    "SharedDataError",
    "UnknownScenarioError",
]


class FactoryFloorError(Exception):
    """The base of all errors that factoryfloor raises."""


class SettingsError(FactoryFloorError):
    """The configuration names something that does not exist or cannot be."""


class BinariesMissingError(FactoryFloorError):
    """No PostgreSQL programs were found where the configuration points."""


class ServerUnreachableError(FactoryFloorError):
    """The PostgreSQL server does not answer, refuses the login, or cannot be started."""


class InsufficientPrivilegeError(FactoryFloorError):
    """The role may not do what a test database needs, such as CREATE DATABASE."""


class ForeignDatabaseError(FactoryFloorError):
    """A database was not made by factoryfloor and is not empty, so it stays untouched."""


class SchemaError(FactoryFloorError):
    """The schema could not be built on the template database."""


class EscapedTransactionError(FactoryFloorError):
    """A statement ended the test's transaction, so its database must be cloned anew."""


class NoActiveSessionError(FactoryFloorError, RuntimeError):
    """A factory was called where no session is active; it is factory_boy's RuntimeError too."""


class FactoryDefinitionError(FactoryFloorError):
    """A factory's declarations do not fit its model."""


class FixtureConflictError(FactoryFloorError):
    """A fixture of the user's and the plugin's own would not see the same rows."""


class RefusedRowError(FactoryFloorError):
    """A row that cannot be written, explained whole: everything wrong with it, at once."""


class MissingRowError(FactoryFloorError, LookupError):
    """A row that a scenario or a group made is not there any more."""


class SharedDataError(FactoryFloorError):
    """Data that tests share is declared in a way that cannot be, or could not be made."""


class ScaleError(FactoryFloorError):
    """A scenario was asked for at a size that it does not have."""


class ScenarioDefinitionError(FactoryFloorError):
    """A scenario is declared in a way that the doors cannot serve."""


class ScenarioFailedError(FactoryFloorError):
    """A scenario could not be built; nothing of it is left."""


class UnknownScenarioError(FactoryFloorError):
    """There is no scenario of this name; `known` are those that there are, the nearest first."""

    def __init__(self, name: str, known: Sequence[str], file: str) -> None:
        super().__init__(name, known, file)
        self.name = name
        self.known = list(known)
        self.file = file

    def __str__(self) -> str:
        if not self.known:
            return (
                f"there is no scenario {self.name!r}: {self.file} names no modules with scenarios. "
                'Write scenarios = ["module"] in [tool.factoryfloor].'
            )
        return f"there is no scenario {self.name!r}; there are {', '.join(self.known)}."


class LeftBehindWarning(UserWarning):
    """A test left connections, threads or locks behind, which its end took away.

    `test` names it, `left` describes each thing and who left it.
    """

    def __init__(self, test: str, left: Sequence[str]) -> None:
        super().__init__(test, left)
        self.test = test
        self.left = left

    def __str__(self) -> str:
        return f"{self.test} left behind: {'; '.join(self.left)}"


def __getattr__(name: str) -> object:
    """Import at first use the errors that need the driver or SQLAlchemy."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("factoryfloor.errors.doubled"), name)
