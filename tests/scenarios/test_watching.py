"""Whoever waits for a snapshot is told how far it is, and what is to be expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factoryfloor.errors import ScaleError
from factoryfloor.scenarios import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.floor import Floor
    from tests.scenarios.conftest import Shop


def test_the_rows_are_told_and_then_that_they_are_frozen(snapshots: Snapshots) -> None:
    told: list[object] = []

    snapshots.snapshot("shelf", watch=told.append, freezing=lambda: told.append("freezing"))

    assert told == [1, 3, "freezing"]


def test_an_earlier_build_tells_how_many_rows_there_will_be(
    shop: Shop, open_shop: Callable[[], Floor]
) -> None:
    first = Snapshots(open_shop())
    unknown = first.expected_rows("shelf")
    first.snapshot("shelf")
    text = (shop.folder / shop.package / "scenarios.py").read_text()
    shop.write("scenarios", f"{text}\nCHANGED = True\n")

    changed = Snapshots(open_shop())

    assert unknown is None
    assert changed.expected_rows("bookshelf") == 3
    assert changed.expected_rows("shelf", scale=9) is None
    assert changed.record(changed.catalogue.find("shelf")) is None


def test_a_size_that_there_is_not_is_not_expected(snapshots: Snapshots) -> None:
    with pytest.raises(ScaleError):
        snapshots.expected_rows("shelf", scale=0)
