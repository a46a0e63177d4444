"""Attributes of the application that have another value, or do nothing, while tests run."""

from __future__ import annotations

import functools
import inspect
import sys
from typing import TYPE_CHECKING

from factoryfloor.errors import SettingsError
from factoryfloor.settings import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.settings import Settings


def apply_patches(settings: Settings) -> Callable[[], None]:
    """Carry out the keys `patch` and `disable`; the result puts everything back.

    Raises `SettingsError` when a reference names nothing, after putting back what was done.
    """
    undone: list[Callable[[], None]] = []

    def undo() -> None:
        while undone:
            undone.pop()()

    try:
        for reference, value in settings.patch.items():
            undone.append(_replace(settings, "patch", reference, value))
        for reference in settings.disable:
            inert = _inert(settings, reference)
            undone.append(_replace(settings, "disable", reference, inert))
    except BaseException:
        undo()
        raise
    return undo


def _replace(settings: Settings, key: str, reference: str, new: object) -> Callable[[], None]:
    old = resolve(reference, key=key, file=settings.file)
    module, _, path = reference.partition(":")
    parent, _, name = path.rpartition(".")
    at = f"{module}:{parent}"
    owner = resolve(at, key=key, file=settings.file) if parent else sys.modules[module]
    setattr(owner, name, new)
    return lambda: setattr(owner, name, old)


def _inert(settings: Settings, reference: str) -> Callable[..., object]:
    """A callable of the same kind and name that does nothing."""
    function = resolve(reference, key="disable", file=settings.file)
    if not callable(function):
        raise SettingsError(f"{settings.file}: disable names {reference}, which is no callable.")
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def nothing_async(*_args: object, **_kwargs: object) -> None:
            return None

        return nothing_async

    @functools.wraps(function)
    def nothing(*_args: object, **_kwargs: object) -> None:
        return None

    return nothing
