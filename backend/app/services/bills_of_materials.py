"""Bills of materials, followed down to what is bought."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_UP, Decimal
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import select, tuple_
from sqlalchemy.orm import aliased

from app.models import BOMLine, Item, Product

from .errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import QueryableAttribute, Session

SMALLEST = Decimal("0.0001")
"""The least of an item that is counted: a tenth of a gram of what is kept in kilograms."""


class CircularBillError(RuleError):
    """A product's bill of materials leads back to the product; one of its lines must go."""


@dataclass(frozen=True)
class Component:
    """One line of a bill: an item, and the product that is stocked as it, if there is one.

    `quantity_per` is what one piece takes, in the item's unit, with what is lost to scrap.
    """

    item_id: int
    quantity_per: Decimal
    made_as: int | None


Bills: TypeAlias = dict[int, list[Component]]
"""The components of each product, by the product's id."""


@dataclass(frozen=True)
class Requirement:
    """So much of a bought item, in the item's unit."""

    item_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal


def requirements(db: Session, product: Product, quantity: Decimal) -> list[Requirement]:
    """Everything to buy to make so many pieces, by SKU, summed over all levels.

    An item that a product is stocked as is replaced by what that product's own bill asks for.
    What is made here is made in whole pieces, and each sum is rounded up to what can be counted.
    Stock is not subtracted; `demand.shortages` does that.
    """
    bills = load_bills(db, [product.id])
    pieces = defaultdict(Decimal, {product.id: quantity})
    bought: defaultdict[int, Decimal] = defaultdict(Decimal)
    for product_id in top_down(db, bills):
        made = whole_pieces(pieces[product_id])
        for line in bills[product_id]:
            amount = made * line.quantity_per
            if line.made_as is not None and bills[line.made_as]:
                pieces[line.made_as] += amount
            else:
                bought[line.item_id] += amount
    items = db.scalars(select(Item).where(Item.id.in_(bought)).order_by(Item.sku))
    return [
        Requirement(i.id, i.sku, i.name, i.unit, bought[i.id].quantize(SMALLEST, ROUND_UP))
        for i in items
    ]


def whole_pieces(quantity: Decimal) -> Decimal:
    """The pieces to make so that there is so much of what is made here."""
    return quantity.to_integral_value(ROUND_CEILING)


def needed_for(lines: Iterable[Component], pieces: int | Decimal) -> dict[int, Decimal]:
    """What so many pieces take of each item on one level, in its unit.

    Rounded up to what can be counted, so that material is never planned short. Over the parts of
    an order, take the difference of two calls: the parts then sum up to the whole.
    """
    per_piece: defaultdict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        per_piece[line.item_id] += line.quantity_per
    return {
        item_id: (pieces * per).quantize(SMALLEST, ROUND_UP) for item_id, per in per_piece.items()
    }


def load_bills(db: Session, product_ids: Iterable[int]) -> Bills:
    """The bills in force of these products and of all made for them, at one query a level."""
    bills: Bills = {}
    level = set(product_ids)
    while level:
        bills.update({product_id: [] for product_id in level})
        in_force = BOMLine.revision == Product.bom_revision
        for (product_id, _), line in _lines(
            db, BOMLine.product_id.in_(level), BOMLine.product.and_(in_force)
        ):
            bills[product_id].append(line)
        parts = {line.made_as for product_id in level for line in bills[product_id]}
        level = {part for part in parts if part is not None} - bills.keys()
    return bills


def load_revisions(
    db: Session, wanted: Collection[tuple[int, int]]
) -> dict[tuple[int, int], list[Component]]:
    """The lines of revisions, each named by the product's id and its number, in one query."""
    found: dict[tuple[int, int], list[Component]] = {key: [] for key in wanted}
    chosen = tuple_(BOMLine.product_id, BOMLine.revision).in_(wanted)
    for key, line in _lines(db, chosen, BOMLine.product):
        found[key].append(line)
    return found


def _lines(
    db: Session, chosen: ColumnElement[bool], owner: QueryableAttribute[Any]
) -> Iterator[tuple[tuple[int, int], Component]]:
    part = aliased(Product)
    rows = db.execute(
        select(BOMLine, part.id)
        .join(owner)
        .outerjoin(part, part.item_id == BOMLine.item_id)
        .where(chosen)
        .order_by(BOMLine.id)
    )
    for line, made_as in rows:
        gross = line.quantity_per * (1 + line.scrap_factor)
        yield (line.product_id, line.revision), Component(line.item_id, gross, made_as)


def top_down(db: Session, bills: Bills) -> list[int]:
    """The products in an order in which each comes before all that it is made of.

    `CircularBillError` if there is none.
    """
    made_of = {
        product_id: {line.made_as for line in lines if line.made_as is not None}
        for product_id, lines in bills.items()
    }
    try:
        return list(TopologicalSorter(made_of).static_order())[::-1]
    except CycleError as error:
        # each product in the list is a part of the next
        raise CircularBillError(_describe(db, error.args[1][::-1])) from error


def _describe(db: Session, cycle: list[int]) -> str:
    names = select(Product.id, Product.sku).where(Product.id.in_(cycle))
    sku_of = {product.id: product.sku for product in db.execute(names)}
    way = " > ".join(sku_of[product_id] for product_id in cycle)
    return f"a bill of materials leads back to its own product: {way}; remove one of these lines"
