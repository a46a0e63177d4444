"""A scenario: a function that composes factories, under a name that every door knows."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, TypeVar

from factoryfloor.errors import ScenarioDefinitionError

from .hints import type_of_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

P = ParamSpec("P")
R = TypeVar("R")

_PARAMETERS: Final = ("db", "scale")
_NAME: Final = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")


def scenario(name: str, aliases: Iterable[str] = ()) -> Callable[[Callable[P, R]], Scenario[P, R]]:
    """Make a scenario of a function that returns a dataclass of what it made.

    Its name and its aliases are of small letters and digits, with single hyphens, underscores or
    dots between them, as in "big-order". The function may take `db`, the session in which factories
    write, and the keyword `scale`, whose default it declares; it flushes and never commits. The
    first paragraph of its docstring describes it. Called, it is the plain function, so that
    scenarios compose.
    """

    def define(function: Callable[P, R]) -> Scenario[P, R]:
        return Scenario(name, tuple(aliases), function)

    return define


class Scenario(Generic[P, R]):
    """A function under a name; calling it calls the function.

    `name` is its name, `aliases` are others for it, `function` is the function itself. Raises
    `ScenarioDefinitionError` for a name that not every door could be given, for parameters that
    nobody would give, and for a function that does not run when it is called.
    """

    def __init__(self, name: str, aliases: tuple[str, ...], function: Callable[P, R]) -> None:
        self.name = name
        self.aliases = aliases
        self.function = function
        functools.update_wrapper(self, function)
        self.parameters = inspect.signature(function).parameters
        self._check_names()
        self._check_function()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """What the function returns."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<scenario {self.name} of {self.place}>"

    @property
    def place(self) -> str:
        """The file and line of its function."""
        code = inspect.unwrap(self.function).__code__
        return f"{code.co_filename}:{code.co_firstlineno}"

    @property
    def description(self) -> str:
        """The first paragraph of its docstring, on one line."""
        paragraph = (inspect.getdoc(self.function) or "").split("\n\n")[0]
        return " ".join(paragraph.split())

    @property
    def scale(self) -> int | None:
        """Its size where nobody asks for another; None where it has but one."""
        parameter = self.parameters.get("scale")
        return None if parameter is None else parameter.default

    @property
    def result(self) -> type[Any]:
        """The dataclass that it returns, as its annotation says."""
        try:
            found = type_of_result(self.function)
        except (NameError, AttributeError, TypeError, SyntaxError) as error:
            raise self.wrong(f"has an annotation that cannot be read: {error}") from error
        if not (inspect.isclass(found) and dataclasses.is_dataclass(found)):
            raise self.wrong("returns no dataclass by its annotation; let it return one, typed")
        return found

    def check(self) -> None:
        """Raise `ScenarioDefinitionError` where something is missing that the doors need."""
        if not self.description:
            raise self.wrong("has no docstring; let its first paragraph say what stands there")
        if "scale" in self.parameters and not (type(self.scale) is int and self.scale >= 1):
            raise self.wrong("has no default for `scale`; write `scale: int = 1`")
        _ = self.result

    def _check_names(self) -> None:
        for name in (self.name, *self.aliases):
            if not _NAME.fullmatch(name):
                raise self.wrong(
                    f"is called {name!r}, which is not of small letters and digits with single "
                    'hyphens, underscores or dots between them; write a name such as "big-order"'
                )

    def _check_function(self) -> None:
        for each in self.parameters.values():
            if each.name not in _PARAMETERS or each.kind is each.POSITIONAL_ONLY:
                raise self.wrong(
                    f"takes {each.name!r}; it may take `db`, the session, and `scale`, its size"
                )
        function: Any = self.function
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise self.wrong("is an `async def`, which nobody awaits; write it as a plain `def`")
        if inspect.isgeneratorfunction(function):
            raise self.wrong("yields; let it return what it made, without a `yield`")

    def wrong(self, what: str) -> ScenarioDefinitionError:
        """The error that says what is wrong with it, and where it stands."""
        return ScenarioDefinitionError(f"the scenario {self.name!r} ({self.place}) {what}.")
