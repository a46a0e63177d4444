"""Shared data of tests that stand on a scenario is their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Run = Callable[..., pytest.RunResult]

SCENARIOS = """
from dataclasses import dataclass

from factoryfloor import scenario
from shop.factories import AuthorFactory
from shop.models import Author


@dataclass(frozen=True)
class Crowd:
    authors: list[Author]


@scenario("crowd")
def crowd(scale: int = 3) -> Crowd:
    '''Some authors.'''
    return Crowd(AuthorFactory.create_batch(scale))
"""

TESTS = """
    import pytest
    from sqlalchemy import select
    from factoryfloor import shared
    from shop.factories import AuthorFactory
    from shop.models import Author

    made = []

    @shared(scope="session")
    def guest():
        made.append("guest")
        return AuthorFactory.create()

    @pytest.fixture
    def names(db):
        return lambda: list(db.scalars(select(Author.name).order_by(Author.id)))

    def test_without(guest, names):
        assert names() == ["Author 1001"]

    @pytest.mark.scenario("crowd")
    class TestCrowd:
        def test_a_guest_is_added(self, guest, world, names):
            assert names() == ["Author 1", "Author 2", "Author 3", "Author 1001"]
            assert guest not in world.authors

        def test_a_test_goes_on_behind(self, guest, author):
            assert author.name == "Author 4"

        def test_it_was_made_once_there(self, guest):
            assert made == ["guest"] * 2

    @pytest.mark.scenario("crowd", scale=1005)
    def test_it_does_not_meet_a_large_scenario(guest):
        assert guest.name == "Author 1006"

    def test_without_again(guest, names):
        assert names() == ["Author 1001"] and made == ["guest"] * 3
"""


def test_each_database_has_its_own(run: Run, shop: Path) -> None:
    (shop / "shop" / "scenarios.py").write_text(SCENARIOS)
    settings = shop / "pyproject.toml"
    table = "[tool.factoryfloor]\n"
    text = settings.read_text().replace(table, f'{table}scenarios = ["shop.scenarios"]\n')
    settings.write_text(text)

    result = run("-W", "error", test_crowd=TESTS)

    result.assert_outcomes(passed=6)
