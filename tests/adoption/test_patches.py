"""`patch` and `disable` hold while tests run, and are undone whole."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import ModuleType

import pytest

from factoryfloor.adoption import apply_patches
from factoryfloor.errors import SettingsError
from factoryfloor.settings import Settings


class Limiter:
    enabled = True


def reset_database() -> str:
    return "reset"


async def warm_up() -> str:
    return "warm"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    made = ModuleType("application_to_patch")
    made.__dict__.update(limiter=Limiter(), reset=reset_database, warm_up=warm_up, size=3)
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


def settings(**values: object) -> Settings:
    return Settings(file=Path("pyproject.toml"), base="a:b", **values)  # type: ignore[arg-type]  # the test's own keys


def test_a_patch_holds_until_it_is_undone(module: ModuleType) -> None:
    undo = apply_patches(
        settings(
            patch={"application_to_patch:limiter.enabled": False, "application_to_patch:size": 1}
        )
    )
    during = module.limiter.enabled, module.size
    undo()

    assert during == (False, 1)
    assert (module.limiter.enabled, module.size) == (True, 3)


def test_a_disabled_callable_does_nothing(module: ModuleType) -> None:
    undo = apply_patches(
        settings(disable=("application_to_patch:reset", "application_to_patch:warm_up"))
    )
    during = module.reset(), asyncio.run(module.warm_up())
    undo()

    assert during == (None, None)
    assert module.reset() == "reset"


def test_what_is_no_callable_cannot_be_disabled_and_nothing_stays_patched(
    module: ModuleType,
) -> None:
    with pytest.raises(SettingsError, match="disable names application_to_patch:size"):
        apply_patches(
            settings(
                patch={"application_to_patch:limiter.enabled": False},
                disable=("application_to_patch:size",),
            )
        )

    assert module.limiter.enabled
