"""What can be seeded in the shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factoryfloor import scenario

from .models import Item, ItemFactory

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Shelf:
    """The items of a scenario."""

    items: list[Item]


@scenario("one-cup", aliases=["cup"])
def one_cup(db: Session) -> Shelf:
    """A shelf with one cup."""
    return Shelf([ItemFactory.create(name="cup")])


@scenario("one-plate")
def one_plate(db: Session) -> Shelf:
    """A shelf with one plate."""
    return Shelf([ItemFactory.create(name="plate")])


@scenario("stack")
def stack(db: Session, *, scale: int = 3) -> Shelf:
    """As many bowls as are wanted."""
    return Shelf([ItemFactory.create(name=f"bowl {n}") for n in range(scale)])


@scenario("two-of-a-name")
def two_of_a_name(db: Session) -> Shelf:
    """Two items of one name, which the shop does not allow."""
    return Shelf([ItemFactory.create(name="cup"), ItemFactory.create(name="cup")])
