"""A pytest plugin that writes down when a run collected, began its first test, and ended each."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "BENCHMARK_TIMES"
STOP = "BENCHMARK_STOP"  # after the first test

# seconds of the system's monotonic clock, which all processes share
_moments: dict[str, float] = {"loaded": time.monotonic()}
_tests: list[float] = []


def pytest_configure(config: pytest.Config) -> None:
    """Know a marker of factoryfloor's where its plugin is off."""
    config.addinivalue_line("markers", "real_hashing: of factoryfloor")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Collected."""
    _moments["collected"] = time.monotonic()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """One test, with its fixtures and its reports."""
    start = time.monotonic()
    _moments.setdefault("first test", start)
    result = yield
    _tests.append(time.monotonic() - start)
    _moments["last test"] = time.monotonic()
    if os.environ.get(STOP):
        item.session.shouldstop = "the first test was all that was to be measured"
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """The first test's fixtures are made."""
    _moments.setdefault("first call", time.monotonic())


def pytest_unconfigure() -> None:
    """Write down all."""
    text = json.dumps({"moments": _moments, "tests": _tests})
    Path(os.environ[FILE]).write_text(text, encoding="utf-8")
