"""The scenarios of the plugin's shop, and how a module of tests on one begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SCENARIOS = '''
from __future__ import annotations

from dataclasses import dataclass

from factoryfloor import scenario
from shop.factories import AuthorFactory, BookFactory
from shop.models import Author, Book


@dataclass(frozen=True)
class Shelf:
    author: Author
    books: list[Book]


@scenario("shelf", aliases=["bookshelf"])
def shelf(scale: int = 2) -> Shelf:
    """An author and some of their books."""
    author = AuthorFactory.create()
    return Shelf(author, BookFactory.create_batch(scale, author=author))


@scenario("numbered")
def numbered() -> Shelf:
    """An author with an id that a person chose."""
    return Shelf(AuthorFactory.create(id=1), [])


@scenario("broken")
def broken() -> Shelf:
    """One that fails."""
    BookFactory.create_batch(3)
    return Shelf(AuthorFactory.create(name=None), [])
'''

ON_A_SHELF = """
import pytest
from shop.factories import AuthorFactory, BookFactory
from shop.models import Author, Book

pytestmark = pytest.mark.scenario("shelf")
"""


def give_scenarios(shop: Path) -> None:
    """Let the shop have these scenarios."""
    (shop / "shop" / "scenarios.py").write_text(SCENARIOS)
    settings = shop / "pyproject.toml"
    table = "[tool.factoryfloor]\n"
    text = settings.read_text().replace(table, f'{table}scenarios = ["shop.scenarios"]\n')
    settings.write_text(text)
