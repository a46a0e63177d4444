"""Reference data: the rows that a schema is useless without."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from factoryfloor.errors import SettingsError

from .failures import explained

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine


def fill(engine: Engine, reference_data: Callable[..., object]) -> None:
    """Call a function that inserts reference data, and commit.

    It gets a session when it needs one argument; when it needs none, it opens its own.
    """
    if inspect.iscoroutinefunction(reference_data):
        raise SettingsError(
            f"reference_data {_name(reference_data)} is asynchronous; give a plain function, which "
            "gets a Session."
        )
    with explained(f"reference_data {_name(reference_data)}"):
        if not _needs_argument(reference_data):
            reference_data()
            return
        with Session(engine) as session:
            reference_data(session)
            session.commit()


def source_of(reference_data: Callable[..., object] | None) -> str:
    """The source that a digest takes for the data: the whole module, so its constants count too.

    Files that it reads are not seen.
    """
    if reference_data is None:
        return ""
    function = _plain(reference_data)
    try:
        return inspect.getsource(inspect.getmodule(function) or function)
    except (OSError, TypeError):
        return _name(reference_data)


def _needs_argument(function: Callable[..., object]) -> bool:
    try:
        inspect.signature(function).bind()
    except TypeError:
        return True
    return False


def _plain(function: Callable[..., object]) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return inspect.unwrap(function)


def _name(function: Callable[..., object]) -> str:
    plain = _plain(function)
    return f"{plain.__module__}:{getattr(plain, '__qualname__', type(plain).__qualname__)}"
