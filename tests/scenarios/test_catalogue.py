"""The scenarios of a project, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factoryfloor.errors import ScenarioDefinitionError, SettingsError, UnknownScenarioError
from factoryfloor.scenarios import Catalogue
from factoryfloor.settings import load

if TYPE_CHECKING:
    from tests.scenarios.conftest import Shop

TWO_OF_A_NAME = '''
@scenario("bookshelf")
def another(db: Session) -> Shelf:
    """Another."""
    return shelf(db)
'''


@pytest.fixture
def catalogue(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.syspath_prepend(shop.folder)
    return Catalogue(load(shop.file))


def test_scenarios_are_found_in_the_modules_of_the_settings(catalogue: Catalogue) -> None:
    assert catalogue.names == ["shelf"]
    assert catalogue.known == ["shelf", "bookshelf"]
    assert catalogue.find("bookshelf") is catalogue.find("shelf")


def test_the_nearest_names_are_told_first(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownScenarioError) as caught:
        catalogue.find("bokshelf")

    assert caught.value.known == ["bookshelf", "shelf"]


def test_two_of_one_name_are_refused_and_both_are_named(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(shop.folder)
    path = shop.folder / shop.package / "scenarios.py"
    shop.write("scenarios", path.read_text() + TWO_OF_A_NAME)

    with pytest.raises(ScenarioDefinitionError, match=r"scenarios\.py:\d+ and .*'bookshelf'"):
        Catalogue(load(shop.file))


def test_a_project_without_scenarios_is_told_how_to_have_some(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(shop.folder)
    shop.file.write_text(shop.file.read_text().replace("scenarios =", "models ="))

    with pytest.raises(UnknownScenarioError, match=r"Write scenarios = \[\"module\"\]"):
        Catalogue(load(shop.file)).find("shelf")


def test_a_module_that_there_is_not_is_told_with_the_key(shop: Shop) -> None:
    shop.file.write_text(shop.file.read_text().replace(".scenarios", ".nowhere"))

    with pytest.raises(SettingsError, match="scenarios names the module"):
        Catalogue(load(shop.file))
