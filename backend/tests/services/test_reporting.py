"""What comes off a printer is booked in parts, to the tenth of a gram; and unused material back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.models import InventoryTransaction
from app.services import production
from app.services.errors import InvalidInputError, RuleError
from app.services.inventory import Stock
from app.services.reservations import reserve
from tests.factories import BOMLineFactory

from . import farm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item, ProductionOrder

pytestmark = pytest.mark.integration


@pytest.fixture
def pla() -> Item:
    return farm.material("PLA", 1000)


@pytest.fixture
def at_work(db: Session, pla: Item) -> ProductionOrder:
    """Ten vases of 25.5 g on a printer."""
    vase = farm.product("VASE", (pla, "25.5"), item=farm.shelf("VASE"))
    return farm.begun(db, production.create(db, vase.id, 10))


def booked(db: Session, made: ProductionOrder) -> list[tuple[str, str, Decimal]]:
    """Every movement with the order's code: type, item, quantity."""
    moves = select(InventoryTransaction).where(InventoryTransaction.reference == made.code)
    found = db.scalars(moves.order_by(InventoryTransaction.id))
    return [(move.transaction_type.value, move.item.sku, move.quantity) for move in found]


def test_a_report_issues_material_and_receives_good_pieces(
    db: Session, at_work: ProductionOrder
) -> None:
    production.report(db, at_work.id, good=4, scrapped=1)

    assert booked(db, at_work) == [
        ("issue", "PLA", Decimal(-102)),
        ("scrap", "PLA", Decimal("-25.5")),
        ("receive", "VASE", Decimal(4)),
    ]
    assert (at_work.quantity_completed, at_work.quantity_scrapped) == (4, 1)


def test_scrapped_pieces_alone_bring_nothing_into_stock(
    db: Session, at_work: ProductionOrder
) -> None:
    production.report(db, at_work.id, good=0, scrapped=2)

    assert booked(db, at_work) == [("scrap", "PLA", Decimal(-51))]


def test_the_material_of_what_is_open_stays_reserved(
    db: Session, at_work: ProductionOrder, pla: Item
) -> None:
    production.report(db, at_work.id, good=3)

    assert farm.stock_of(db, pla) == Stock(Decimal("923.5"), 7 * Decimal("25.5"))


def test_an_order_is_completed_with_its_last_piece(
    db: Session, at_work: ProductionOrder, pla: Item
) -> None:
    production.report(db, at_work.id, good=7)
    assert (at_work.status, at_work.completed_at) == ("in_progress", None)
    production.report(db, at_work.id, good=2, scrapped=1)

    assert at_work.status == "completed"
    assert at_work.completed_at is not None
    assert at_work.printer is not None
    assert at_work.printer.status == "idle"
    assert farm.stock_of(db, pla) == Stock(Decimal(745), Decimal(0))


def test_a_completed_order_lets_go_of_what_it_did_not_take(
    db: Session, at_work: ProductionOrder
) -> None:
    spare = farm.material("SPARE", 5)
    reserve(db, at_work, spare, Decimal(5))

    production.report(db, at_work.id, good=10)

    assert farm.stock_of(db, spare) == Stock(Decimal(5), Decimal(0))


def test_all_pieces_may_be_scrapped(db: Session, at_work: ProductionOrder) -> None:
    production.report(db, at_work.id, good=0, scrapped=10)

    assert (at_work.status, at_work.quantity_completed) == ("completed", 0)


@pytest.mark.parametrize("good,scrapped", [(0, 0), (-1, 2), (2, -1)])
def test_a_report_is_of_at_least_one_piece(
    db: Session, at_work: ProductionOrder, good: int, scrapped: int
) -> None:
    with pytest.raises(InvalidInputError, match="report at least one good or scrapped piece"):
        production.report(db, at_work.id, good, scrapped)


@pytest.mark.parametrize("good,scrapped", [(4, 0), (0, 4), (2, 2)])
def test_no_more_is_reported_than_is_open(
    db: Session, at_work: ProductionOrder, good: int, scrapped: int
) -> None:
    production.report(db, at_work.id, good=7)

    with pytest.raises(RuleError, match="has 3 pieces open; 4 were reported"):
        production.report(db, at_work.id, good, scrapped)


@pytest.mark.parametrize(
    "per,scrap_factor", [("0.3333", "0.0007"), ("0.0001", "0.5"), ("7.7777", "0"), ("25.5", "0.05")]
)
@pytest.mark.parametrize("parts", [[(7, 0)], [(1, 0), (0, 1), (2, 1), (1, 1)], [(0, 1)] * 7])
def test_the_material_of_the_parts_adds_up_to_that_of_the_whole(
    db: Session, pla: Item, per: str, scrap_factor: str, parts: list[tuple[int, int]]
) -> None:
    vase = farm.product("VASE")
    line = {"quantity_per": Decimal(per), "scrap_factor": Decimal(scrap_factor)}
    BOMLineFactory.create(product=vase, item=pla, **line)
    made = farm.begun(db, production.create(db, vase.id, 7))
    (held,) = made.reservations
    whole = held.quantity

    for good, scrapped in parts:
        production.report(db, made.id, good, scrapped)

    used = [quantity for kind, _, quantity in booked(db, made) if kind != "receive"]
    exact = 7 * Decimal(per) * (1 + Decimal(scrap_factor))
    assert -sum(used) == whole
    assert exact <= whole < exact + Decimal("0.0001")


def test_a_report_makes_the_item_of_a_product_that_was_never_in_stock(
    db: Session, pla: Item
) -> None:
    vase = farm.product("VASE", (pla, 10))

    farm.printed(db, production.create(db, vase.id, 2), good=2)

    assert vase.item is not None
    assert farm.stock_of(db, vase.item).on_hand == 2


def test_an_item_on_two_lines_of_a_bill_is_issued_once_for_both(db: Session, pla: Item) -> None:
    vase = farm.product("VASE", (pla, 10), (pla, "0.5"))

    made = farm.printed(db, production.create(db, vase.id, 2), good=2)

    assert booked(db, made)[0] == ("issue", "PLA", Decimal(-21))


def test_unused_material_comes_back_as_far_as_it_was_issued(
    db: Session, at_work: ProductionOrder, pla: Item
) -> None:
    production.report(db, at_work.id, good=4)
    production.return_material(db, at_work.id, pla.id, Decimal("100.5"))

    with pytest.raises(RuleError, match=r"1\.5 g of PLA are out for .*; 1\.5001 cannot come back"):
        production.return_material(db, at_work.id, pla.id, Decimal("1.5001"))
    production.return_material(db, at_work.id, pla.id, Decimal("1.5"))

    assert booked(db, at_work)[-2:] == [
        ("return", "PLA", Decimal("100.5")),
        ("return", "PLA", Decimal("1.5")),
    ]
    assert farm.stock_of(db, pla).on_hand == 1000


def test_material_comes_back_from_an_order_that_is_over(
    db: Session, at_work: ProductionOrder, pla: Item
) -> None:
    production.report(db, at_work.id, good=1)
    production.cancel(db, at_work.id)

    production.return_material(db, at_work.id, pla.id, Decimal("25.5"))

    assert farm.stock_of(db, pla) == Stock(Decimal(1000), Decimal(0))


def test_the_material_of_scrapped_pieces_does_not_come_back(
    db: Session, at_work: ProductionOrder, pla: Item
) -> None:
    production.report(db, at_work.id, good=0, scrapped=1)

    with pytest.raises(RuleError, match="0 g of PLA are out"):
        production.return_material(db, at_work.id, pla.id, Decimal(1))


def test_the_pieces_received_are_no_material_to_return(
    db: Session, at_work: ProductionOrder
) -> None:
    production.report(db, at_work.id, good=4)
    assert at_work.product.item_id is not None

    with pytest.raises(RuleError, match="0 ea of VASE are out"):
        production.return_material(db, at_work.id, at_work.product.item_id, Decimal(1))


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_a_return_is_of_something(
    db: Session, at_work: ProductionOrder, pla: Item, quantity: str
) -> None:
    with pytest.raises(InvalidInputError, match="return something"):
        production.return_material(db, at_work.id, pla.id, Decimal(quantity))


def test_an_item_that_does_not_exist_does_not_come_back(
    db: Session, at_work: ProductionOrder
) -> None:
    with pytest.raises(InvalidInputError, match="no item has the id 0"):
        production.return_material(db, at_work.id, 0, Decimal(1))
