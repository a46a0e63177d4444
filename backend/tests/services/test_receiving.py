"""What a vendor delivers comes into stock in parts, and never more than was ordered."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.models import PurchaseOrder, PurchaseOrderStatus, TransactionType
from app.services.errors import InvalidInputError, NotFoundError, RuleError
from app.services.inventory import on_hand
from app.services.purchasing import receive
from app.services.supply import on_purchase_order
from tests.factories import ItemFactory, PurchaseOrderFactory

from .racing import meet

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item

pytestmark = pytest.mark.integration


@pytest.fixture
def pla() -> Item:
    return ItemFactory.create(sku="PLA", unit="g")


@pytest.fixture
def box() -> Item:
    return ItemFactory.create(sku="BOX")


@pytest.fixture
def order(pla: Item, box: Item) -> PurchaseOrder:
    """An order that was placed for filament and boxes."""
    lines = [{"item": pla, "quantity": Decimal("2.5")}, {"item": box, "quantity": Decimal(40)}]
    return PurchaseOrderFactory.create(code="PUR-2031-0007", status="ordered", lines=lines)


def test_what_came_is_in_stock_and_no_longer_owed(
    db: Session, order: PurchaseOrder, pla: Item, box: Item
) -> None:
    received = receive(db, order.id, {1: Decimal("1.0001"), 2: Decimal(15)})
    db.expire_all()

    assert received is order
    assert on_hand(db, [pla.id, box.id]) == {pla.id: Decimal("1.0001"), box.id: 15}
    assert on_purchase_order(db, [pla.id, box.id]) == {pla.id: Decimal("1.4999"), box.id: 25}


def test_a_receipt_names_its_order(db: Session, order: PurchaseOrder, pla: Item) -> None:
    receive(db, order.id, {1: Decimal(1)})

    (movement,) = pla.inventory_transactions
    assert movement.transaction_type == TransactionType.RECEIVE
    assert movement.quantity == 1
    assert movement.reference == "PUR-2031-0007"


def test_a_line_that_is_not_named_waits(db: Session, order: PurchaseOrder, box: Item) -> None:
    receive(db, order.id, {1: Decimal("2.5")})

    assert order.status == PurchaseOrderStatus.PARTLY_RECEIVED
    assert [line.quantity_received for line in order.lines] == [Decimal("2.5"), 0]
    assert on_hand(db, [box.id]) == {box.id: 0}


def test_with_the_last_part_all_is_received(db: Session, order: PurchaseOrder, pla: Item) -> None:
    statuses = [
        receive(db, order.id, part).status.value
        for part in (
            {2: Decimal(40)},
            {1: Decimal("2.4999")},
            {1: Decimal("0.0001")},
        )
    ]

    assert statuses == ["partly_received", "partly_received", "received"]
    assert on_hand(db, [pla.id]) == {pla.id: Decimal("2.5")}


def test_all_may_come_at_once(db: Session, order: PurchaseOrder) -> None:
    receive(db, order.id, {1: Decimal("2.5"), 2: Decimal(40)})
    db.expire_all()

    assert order.status == PurchaseOrderStatus.RECEIVED


def test_two_lines_of_one_item_both_come_into_its_stock(db: Session, pla: Item) -> None:
    order = PurchaseOrderFactory.create(status="ordered", lines=[{"item": pla}, {"item": pla}])

    receive(db, order.id, {1: Decimal(1), 2: Decimal("0.5")})

    assert on_hand(db, [pla.id]) == {pla.id: Decimal("1.5")}


def test_more_than_is_open_is_refused(db: Session, order: PurchaseOrder) -> None:
    receive(db, order.id, {1: Decimal(1)})

    with pytest.raises(
        RuleError,
        match=r"^line 1 of PUR-2031-0007 has 1\.5 g open, not 1\.5001; send the rest back",
    ):
        receive(db, order.id, {1: Decimal("1.5001")})


def test_a_line_that_has_all_come_gets_nothing_more(db: Session, order: PurchaseOrder) -> None:
    receive(db, order.id, {1: Decimal("2.5")})

    with pytest.raises(RuleError, match="has 0 g open"):
        receive(db, order.id, {1: Decimal("0.0001")})


def test_where_one_line_is_refused_none_has_come(
    db: Session, order: PurchaseOrder, pla: Item
) -> None:
    savepoint = db.begin_nested()
    with pytest.raises(RuleError, match="line 2"):
        receive(db, order.id, {1: Decimal(1), 2: Decimal(41)})
    savepoint.rollback()

    assert on_hand(db, [pla.id]) == {pla.id: 0}
    assert order.status == PurchaseOrderStatus.ORDERED
    assert [line.quantity_received for line in order.lines] == [0, 0]


@pytest.mark.parametrize("quantities", [{}, {1: "0"}, {1: "-1"}, {1: "1", 2: "0"}])
def test_nothing_or_less_is_not_received(
    db: Session, order: PurchaseOrder, pla: Item, quantities: dict[int, str]
) -> None:
    with pytest.raises(InvalidInputError, match="receive something of at least one line"):
        receive(db, order.id, {number: Decimal(n) for number, n in quantities.items()})

    assert on_hand(db, [pla.id]) == {pla.id: 0}


def test_lines_that_the_order_does_not_have_are_named(db: Session, order: PurchaseOrder) -> None:
    with pytest.raises(InvalidInputError, match=r"^PUR-2031-0007 has no line 0, 3$"):
        receive(db, order.id, {3: Decimal(1), 1: Decimal(1), 0: Decimal(1)})


@pytest.mark.parametrize("status", ["draft", "received", "cancelled"])
def test_only_what_was_ordered_and_has_not_all_come_is_received(db: Session, status: str) -> None:
    order = PurchaseOrderFactory.create(status=status, lines=[{"quantity_received": 0}])

    with pytest.raises(RuleError, match="received only while it is ordered or partly_received"):
        receive(db, order.id, {1: Decimal(1)})


def test_an_order_that_does_not_exist_is_not_found(db: Session) -> None:
    with pytest.raises(NotFoundError, match="no purchase order has the id 0"):
        receive(db, 0, {1: Decimal(1)})


def test_the_parts_of_a_line_add_up(db: Session, order: PurchaseOrder, box: Item) -> None:
    for part in (10, 7, 3):
        receive(db, order.id, {2: Decimal(part)})
    db.expire_all()

    assert order.lines[1].quantity_received == 20
    assert on_hand(db, [box.id]) == {box.id: 20}


@pytest.mark.committed_db
def test_of_two_who_receive_all_at_once_one_is_refused(
    db: Session, order: PurchaseOrder, box: Item
) -> None:
    order_id, item_id = order.id, box.id
    db.commit()

    def receive_all(session: Session) -> None:
        kept = session.get_one(PurchaseOrder, order_id).lines  # read before the wait
        receive(session, order_id, {line.line_number: line.quantity for line in kept})

    refused = meet(receive_all, receive_all)

    assert isinstance(refused, RuleError)
    assert on_hand(db, [item_id]) == {item_id: 40}


@pytest.mark.committed_db
def test_of_two_who_receive_a_part_at_once_neither_is_lost(
    db: Session, order: PurchaseOrder
) -> None:
    order_id = order.id
    db.commit()

    def receive_ten(session: Session) -> None:
        kept = list(session.get_one(PurchaseOrder, order_id).lines)
        receive(session, order_id, {kept[1].line_number: Decimal(10)})

    assert meet(receive_ten, receive_ten) is None
    assert db.get_one(PurchaseOrder, order_id).lines[1].quantity_received == 20
