"""A pytest plugin that measures what factoryfloor does until the first test, part by part."""

from __future__ import annotations

import functools
import importlib
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "BENCHMARK_PARTS"
PARTS = {
    "the application's modules, imported": "factoryfloor.settings.references:_module",
    "fixtures made of the factories": "factoryfloor.plugin.registration:Registration.__init__",
    "server joined": "factoryfloor.server.embedded:EmbeddedServer.ensure",
    "registry opened": "factoryfloor.databases.databases:open_registry",
    "digest of the schema": "factoryfloor.schema.metadata:MetadataSchema.digest",
    "template found": "factoryfloor.databases.databases:Databases.template",
    "clone made": "factoryfloor.databases.databases:Databases.clone",
}

_inside: list[float] = []  # seconds of the parts within each part that runs
_taken: dict[str, float] = {}


def pytest_configure() -> None:
    """Time every part, without the parts that it contains."""
    for name, reference in PARTS.items():
        module, _, path = reference.partition(":")
        owner: Any = importlib.import_module(module)
        *outer, last = path.split(".")
        for each in outer:
            owner = getattr(owner, each)
        setattr(owner, last, _timed(name, getattr(owner, last)))


def pytest_unconfigure() -> None:
    """Write down all."""
    Path(os.environ[FILE]).write_text(json.dumps(_taken), encoding="utf-8")


def _timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        _inside.append(0.0)
        try:
            return function(*args, **kwargs)
        finally:
            whole = time.perf_counter() - start
            _taken[name] = _taken.get(name, 0.0) + whole - _inside.pop()
            if _inside:
                _inside[-1] += whole

    return timed
