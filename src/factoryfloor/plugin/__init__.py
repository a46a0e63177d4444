"""The pytest plugin: inert, and cheap to load, until a `[tool.factoryfloor]` table is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pytest_addoption(parser: pytest.Parser) -> None:
    """Every option begins with `--factory-`."""
    group = parser.getgroup("factoryfloor", "factories on real PostgreSQL")
    group.addoption(
        "--factory-config",
        metavar="FILE",
        help="the file with the [tool.factoryfloor] table (default: $FACTORYFLOOR_CONFIG, "
        "else the nearest pyproject.toml that has one)",
    )
    group.addoption(
        "--factory-seed",
        metavar="NUMBER",
        type=int,
        help="the seed of all random values; the one of an earlier run repeats them",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Set the application's environment before a conftest can import it."""
    from factoryfloor.errors import FactoryFloorError

    try:
        file = _configuration(early_config)
        if file is not None:
            from .run import Run

            early_config.pluginmanager.register(Run(early_config, file), "factoryfloor-run")
    except FactoryFloorError as error:
        raise pytest.UsageError(f"factoryfloor: {error}") from error
    yield


def _configuration(config: pytest.Config) -> Path | None:
    from factoryfloor.settings import locate

    named = config.known_args_namespace.factory_config
    return locate(named, config.rootpath, config.invocation_params.dir)
