"""`shared`: fixtures whose data is made once for a class, a module or the session."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, cast

import pytest

from factoryfloor.errors import SharedDataError

if TYPE_CHECKING:
    from collections.abc import Callable

Scope: TypeAlias = Literal["class", "module", "session"]
Maker = TypeVar("Maker", bound="Callable[..., Any]")

SCOPES: Final = ("session", "module", "class")  # the widest first
DEFINED: Final[list[Shared]] = []
"""All that were defined in this process."""
_ATTRIBUTE: Final = "factoryfloor_shared"


@dataclass(frozen=True, eq=False)
class Shared:
    """A function that makes data once for a group, and what it asks for."""

    maker: Callable[..., Any]
    scope: Scope
    arguments: tuple[str, ...]
    is_method: bool

    def __str__(self) -> str:
        from factoryfloor.isolation.place import Place  # imports SQLAlchemy, and a conftest may not

        code = inspect.unwrap(self.maker).__code__
        return f"{self.maker.__name__} ({Place(code.co_filename, code.co_firstlineno)})"


def shared(
    *misplaced: object, scope: Scope | None = None, autouse: bool = False
) -> Callable[[Maker], Maker]:
    """A fixture whose data is made once for its class, module or session, beneath the tests.

    Each test gets it as it was made, as objects of its own `db`. The function may name other
    fixtures of this scope or a wider one, shared or not, and `db`, which is a session of its own;
    factories write in that. With `autouse` the data is there for every test of the group.

    Raises `SharedDataError` for a function or a scope that cannot be.
    """
    if misplaced or scope not in SCOPES:
        given = f"scope={scope!r}" if scope else ""
        raise SharedDataError(
            f"@shared({given}) says not for whom: write "
            '@shared(scope="class"), @shared(scope="module") or @shared(scope="session").'
        )

    def decorate(maker: Maker) -> Maker:
        found = _checked(maker, scope)
        DEFINED.append(found)
        return cast("Maker", pytest.fixture(autouse=autouse)(_fixture(found)))

    return decorate


def shared_of(definition: Any) -> Shared | None:
    """What a fixture's definition shares, None where it is an ordinary one."""
    found: Shared | None = getattr(definition.func, _ATTRIBUTE, None)
    return found


def _fixture(found: Shared) -> Callable[..., object]:
    """The function that pytest calls for each test, with the same arguments but for `db`."""

    @functools.wraps(found.maker)
    def fixture(*receiver: object, request: pytest.FixtureRequest, **arguments: object) -> object:
        from .groups import SHARED_DATA  # imports SQLAlchemy, and a conftest may not

        data = request.config.stash.get(SHARED_DATA, None)
        if data is None:
            raise SharedDataError(
                f"the shared fixture {found} needs a database: configure the plugin by a table "
                "[tool.factoryfloor] in pyproject.toml."
            )
        return data.value(found, request, receiver, arguments)

    known = inspect.signature(found.maker).parameters.values()
    asked = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY)
    receiver = list(known)[: int(found.is_method)]
    named = [each.replace(kind=asked.kind) for each in known if each.name in found.arguments]
    parameters = [*receiver, asked, *(each for each in named if each.name != "db")]
    vars(fixture)["__signature__"] = inspect.Signature(parameters)
    setattr(fixture, _ATTRIBUTE, found)
    return fixture


def _checked(maker: Callable[..., Any], scope: Scope) -> Shared:
    parameters = list(inspect.signature(maker).parameters.values())[int(_is_method(maker)) :]
    names = tuple(each.name for each in parameters if not _is_optional(each))
    found = Shared(maker, scope, names, _is_method(maker))
    if inspect.iscoroutinefunction(maker) or inspect.isasyncgenfunction(maker):
        raise SharedDataError(
            f"the shared fixture {found} is async, and shared data is made before a test's event "
            "loop runs: make it an ordinary function; its objects are there for `async_db`, too."
        )
    if inspect.isgeneratorfunction(maker):
        raise SharedDataError(
            f"the shared fixture {found} yields, and there is nothing to clean up, as its rows are "
            "rolled back: return the value."
        )
    if "request" in found.arguments:
        raise SharedDataError(
            f"the shared fixture {found} names `request`, which is one test's: name the fixtures "
            "that it needs."
        )
    return found


def _is_method(maker: Callable[..., Any]) -> bool:
    """Whether it stands in the body of a class."""
    around = maker.__qualname__.rpartition(".")[0]
    return bool(around) and not around.endswith("<locals>")


def _is_optional(parameter: inspect.Parameter) -> bool:
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return parameter.default is not inspect.Parameter.empty or parameter.kind in several
