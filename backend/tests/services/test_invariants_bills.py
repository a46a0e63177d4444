"""However bills are nested, going down them, up them and along their costs comes to the same."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.services.bills_of_materials import requirements
from app.services.costing import cost_of, where_used
from tests.factories import ItemFactory, ProductFactory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from app.models import Item, Product

    Line: TypeAlias = tuple[int, Decimal, Decimal]

pytestmark = pytest.mark.integration

BOUGHT = 2

each_example_undone = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def nested_bills(draw: st.DrawFn) -> list[list[Line]]:
    """Bills of up to four products; each names items by number: the bought ones, then those made.

    Quantities and scrap factors are such that nothing is rounded.
    """
    per = st.sampled_from([Decimal(2), Decimal(4), Decimal(6)])
    scrap = st.sampled_from([Decimal(0), Decimal("0.5")])
    return [
        draw(st.lists(st.tuples(st.integers(0, BOUGHT - 1 + made), per, scrap), max_size=3))
        for made in range(draw(st.integers(1, 4)))
    ]


@contextmanager
def made_by(db: Session, bills: Sequence[Sequence[Line]]) -> Iterator[list[Product]]:
    """A product for each bill, stocked as an item of its own; gone afterwards."""
    beginning = db.begin_nested()
    items = [ItemFactory.create(unit_cost=Decimal(cost)) for cost in ("0.25", "4")]
    products = []
    for bill in bills:
        lines = [
            {"item": items[item], "quantity_per": per, "scrap_factor": scrap}
            for item, per, scrap in bill
        ]
        items.append(ItemFactory.create(finished_good=True))
        products.append(ProductFactory.create(item=items[-1], bom_lines=lines))
    yield products
    beginning.rollback()


def bought_for(db: Session, product: Product) -> dict[str, Decimal]:
    return {need.sku: need.quantity for need in requirements(db, product, Decimal(1))}


def every_item(products: Sequence[Product]) -> set[Item]:
    return {line.item for product in products for line in product.bill}


@each_example_undone
@given(bills=nested_bills())
def test_a_product_takes_as_much_of_an_item_from_above_as_from_below(
    db: Session, bills: list[list[Line]]
) -> None:
    with made_by(db, bills) as products:
        for item in every_item(products):
            if item.product is not None and item.product.bill:
                continue
            used: defaultdict[str, Decimal] = defaultdict(Decimal)
            for use in where_used(db, item):
                used[use.sku] += use.quantity_per

            taken = {product.sku: bought_for(db, product).get(item.sku) for product in products}
            assert used == {sku: quantity for sku, quantity in taken.items() if quantity}


@each_example_undone
@given(bills=nested_bills())
def test_a_product_costs_what_all_that_is_bought_for_it_costs(
    db: Session, bills: list[list[Line]]
) -> None:
    with made_by(db, bills) as products:
        unit_cost = {item.sku: item.unit_cost for item in every_item(products)}
        for product in products:
            bought = bought_for(db, product)
            spent = sum((unit_cost[sku] * n for sku, n in bought.items()), Decimal(0))

            assert cost_of(db, product).material_cost == spent
