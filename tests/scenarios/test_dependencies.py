"""The sources that a scenario depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factoryfloor.scenarios.dependencies import sources_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenarios.conftest import Shop


@pytest.fixture
def names(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The modules that the scenarios depend on, by their names within the package."""
    monkeypatch.syspath_prepend(shop.folder)
    return read(shop, shop.folder)


def read(shop: Shop, root: Path) -> dict[str, str]:
    texts = dict(each.split("\0", 1) for each in sources_of(f"{shop.package}.scenarios", [root]))
    return {name.replace(shop.package, "package"): text for name, text in texts.items()}


def test_what_a_scenario_imports_counts_and_what_that_imports(names: dict[str, str]) -> None:
    assert set(names) == {
        "package",
        "package.scenarios",
        "package.factories",
        "package.models",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "import PACKAGE.extra",
        "from PACKAGE import extra",
        "from . import extra",
        "from .extra import thing",
        "from PACKAGE import (\n    factories,\n    extra,\n)",
        "def late():\n    from PACKAGE.extra import thing",
        "if True:\n\timport os, PACKAGE.extra as e",
    ],
)
def test_every_way_to_import_counts(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.syspath_prepend(shop.folder)
    shop.write("extra", "thing = 1")
    shop.write("scenarios", statement)

    assert "package.extra" in read(shop, shop.folder)


def test_libraries_do_not_count(names: dict[str, str]) -> None:
    assert not [name for name in names if name.startswith(("factory", "sqlalchemy"))]


def test_modules_outside_of_the_project_do_not_count(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(shop.folder)

    assert read(shop, tmp_path / "another") == {}


def test_modules_that_import_each_other_are_read_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(shop.folder)
    shop.write("scenarios", "from . import extra")
    shop.write("extra", "from . import scenarios")

    assert set(read(shop, shop.folder)) == {"package", "package.scenarios", "package.extra"}
