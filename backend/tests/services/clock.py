"""A day that does not end while a test runs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import pytest


def stop_clock(monkeypatch: pytest.MonkeyPatch, today: date, *modules: str) -> None:
    """For these modules of `app.services` it is this day."""

    class Stopped(date):
        @classmethod
        def today(cls) -> Self:
            return cls(today.year, today.month, today.day)

    for module in modules:
        monkeypatch.setattr(f"app.services.{module}.date", Stopped)
