"""Stock moves by hand, and never takes what is not there or is promised."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.models import TransactionType
from app.services.errors import InvalidInputError, NotFoundError, StockError
from app.services.inventory import on_hand
from app.services.movements import move, plain, require_available
from app.services.reservations import reserve
from tests.factories import ItemFactory, ProductionOrderFactory

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item

pytestmark = pytest.mark.integration


@pytest.fixture
def pla() -> Item:
    """A thousand grams of filament."""
    received = [{"quantity": Decimal(1000)}]
    return ItemFactory.create(sku="PLA", unit="g", inventory_transactions=received)


def left(db: Session, item: Item) -> Decimal:
    return on_hand(db, [item.id])[item.id]


@pytest.mark.parametrize("kind", ["receive", "return", "adjust"])
def test_what_comes_in_is_added_to_the_tenth_of_a_gram(db: Session, pla: Item, kind: str) -> None:
    move(db, pla.id, TransactionType(kind), Decimal("0.5001"))

    assert left(db, pla) == Decimal("1000.5001")


@pytest.mark.parametrize("kind", ["issue", "scrap"])
def test_what_goes_out_is_entered_as_a_positive_number(db: Session, pla: Item, kind: str) -> None:
    movement = move(db, pla.id, TransactionType(kind), Decimal("0.5001"))

    assert movement.quantity == Decimal("-0.5001")
    assert left(db, pla) == Decimal("999.4999")


def test_an_adjustment_down_is_signed(db: Session, pla: Item) -> None:
    move(db, pla.id, TransactionType.ADJUST, Decimal("-0.5"))

    assert left(db, pla) == Decimal("999.5")


def test_a_movement_says_what_it_was_and_why(db: Session, pla: Item) -> None:
    kind = TransactionType.SCRAP
    movement = move(db, pla.id, kind, Decimal(3), reference="SPOOL-7", notes="it got wet")
    db.expire_all()

    assert (movement.item, movement.transaction_type) == (pla, kind)
    assert (movement.reference, movement.notes) == ("SPOOL-7", "it got wet")


def test_a_movement_needs_no_reason(db: Session, pla: Item) -> None:
    movement = move(db, pla.id, TransactionType.ISSUE, Decimal(3))

    assert (movement.reference, movement.notes) == (None, None)


def test_the_movements_that_were_read_already_have_the_new_one_last(db: Session, pla: Item) -> None:
    before = list(pla.inventory_transactions)

    movement = move(db, pla.id, TransactionType.RECEIVE, Decimal(1))

    assert pla.inventory_transactions == [*before, movement]


@pytest.mark.parametrize("kind", sorted(TransactionType))
def test_an_item_that_nobody_knows_cannot_move(db: Session, kind: TransactionType) -> None:
    with pytest.raises(NotFoundError, match="no item has the id 0"):
        move(db, 0, kind, Decimal(1))


def test_stock_is_not_shipped_by_hand(db: Session, pla: Item) -> None:
    with pytest.raises(InvalidInputError, match="with a shipment of its sales order"):
        move(db, pla.id, TransactionType.SHIP, Decimal(1))

    assert left(db, pla) == 1000


@pytest.mark.parametrize("kind", ["receive", "return", "issue", "scrap"])
@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_a_movement_of_nothing_or_less_is_refused(
    db: Session, pla: Item, kind: str, quantity: str
) -> None:
    with pytest.raises(InvalidInputError, match=f"a movement of type {kind} must be positive"):
        move(db, pla.id, TransactionType(kind), Decimal(quantity))

    assert left(db, pla) == 1000


def test_an_adjustment_by_nothing_is_refused(db: Session, pla: Item) -> None:
    with pytest.raises(InvalidInputError, match="of type adjust must be positive"):
        move(db, pla.id, TransactionType.ADJUST, Decimal(0))


@pytest.mark.parametrize(
    "kind,quantity", [("issue", "1000"), ("scrap", "1000"), ("adjust", "-1000")]
)
def test_all_that_is_there_can_be_taken(db: Session, pla: Item, kind: str, quantity: str) -> None:
    move(db, pla.id, TransactionType(kind), Decimal(quantity))

    assert left(db, pla) == 0


@pytest.mark.parametrize(
    "kind,quantity", [("issue", "1000.0001"), ("scrap", "1000.0001"), ("adjust", "-1000.0001")]
)
def test_more_than_is_there_cannot_be_taken(
    db: Session, pla: Item, kind: str, quantity: str
) -> None:
    with pytest.raises(StockError):
        move(db, pla.id, TransactionType(kind), Decimal(quantity))

    assert left(db, pla) == 1000


@pytest.mark.parametrize("kind,quantity", [("issue", "3"), ("scrap", "3"), ("adjust", "-3")])
def test_what_is_promised_cannot_be_taken(db: Session, pla: Item, kind: str, quantity: str) -> None:
    reserve(db, ProductionOrderFactory.create(), pla, Decimal("997.5"))

    with pytest.raises(
        StockError,
        match=r"^PLA: 3 g asked for, 2\.5 available \(1000 on hand, 997\.5 reserved\)$",
    ):
        move(db, pla.id, TransactionType(kind), Decimal(quantity))


@pytest.mark.parametrize("kind", ["receive", "return", "adjust"])
def test_stock_comes_in_where_all_is_promised(db: Session, pla: Item, kind: str) -> None:
    reserve(db, ProductionOrderFactory.create(), pla, Decimal(1000))

    move(db, pla.id, TransactionType(kind), Decimal(1))

    assert left(db, pla) == 1001


def test_stock_that_was_overdrawn_can_be_received(db: Session) -> None:
    item = ItemFactory.create(inventory_transactions=[{"quantity": Decimal(-4)}])

    move(db, item.id, TransactionType.ADJUST, Decimal("0.5"))

    assert left(db, item) == Decimal("-3.5")


def test_what_another_has_taken_since_it_was_read_is_gone(db: Session, pla: Item) -> None:
    assert len(pla.inventory_transactions) == 1
    move(db, pla.id, TransactionType.ISSUE, Decimal(999))

    with pytest.raises(StockError, match="1 available"):
        require_available(db, pla, Decimal("1.0001"))


@pytest.mark.parametrize(
    "quantity,written",
    [
        ("2.5000", "2.5"),
        ("100.0000", "100"),
        ("0.0001", "0.0001"),
        ("0.0000", "0"),
        ("1E+3", "1000"),
    ],
)
def test_quantities_are_written_as_people_write_them(quantity: str, written: str) -> None:
    assert plain(Decimal(quantity)) == written
