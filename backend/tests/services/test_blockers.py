"""Whether each line of an order can be shipped, and what it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.services import production, sales_orders, shipping
from app.services.demand import blockers
from app.services.errors import NotFoundError
from tests.factories import PurchaseOrderFactory

from . import farm

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item, Product, SalesOrder

pytestmark = pytest.mark.integration


@pytest.fixture
def pla() -> Item:
    return farm.material("PLA", 100)


@pytest.fixture
def vase(pla: Item) -> Product:
    return farm.product("VASE", (pla, "25.5"), item=farm.shelf("VASE", 2))


def waits_for(db: Session, order: SalesOrder) -> list[tuple[str, str, str]]:
    """Kind, document and message of all that keeps an order from being shipped."""
    return [
        (each.kind.value, each.document, each.message)
        for line in blockers(db, order.id)
        for each in line.blockers
    ]


def states(db: Session, order: SalesOrder) -> list[str]:
    return [line.state.value for line in blockers(db, order.id)]


def test_an_order_that_does_not_exist_waits_for_nothing(db: Session) -> None:
    with pytest.raises(NotFoundError, match="no sales order has the id 0"):
        blockers(db, 0)


def test_a_line_that_is_reserved_whole_is_ready(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 2))

    (line,) = blockers(db, order.id)

    assert (line.line_number, line.sku, line.quantity_open) == (1, "VASE", 2)
    assert line.reserved == 2
    assert (line.state, line.blockers) == ("ready", [])


def test_each_line_is_judged_for_itself(db: Session, vase: Product, pla: Item) -> None:
    plain = farm.product("PLAIN", item=farm.shelf("PLAIN", 9))
    order = farm.confirmed(db, (vase, 4), (plain, 3), (plain, 1))
    shipping.ship(db, order.id, {3: 1})

    assert states(db, order) == ["blocked", "ready", "shipped"]


def test_a_blocked_line_says_how_much_of_it_could_leave(db: Session, vase: Product) -> None:
    (line,) = blockers(db, farm.confirmed(db, (vase, 5)).id)

    assert (line.state, line.quantity_open) == ("blocked", 5)
    assert line.reserved == 2


@pytest.mark.parametrize("status", ["pending", "closed", "cancelled"])
def test_an_order_that_is_not_under_way_is_waited_for_itself(db: Session, status: str) -> None:
    order = farm.order_in(db, "partly_shipped" if status == "closed" else "pending")
    if status == "closed":
        sales_orders.close(db, order.id)
    if status == "cancelled":
        sales_orders.cancel(db, order.id)

    assert waits_for(db, order) == [
        (
            "not_confirmed",
            order.code,
            f"{order.code} is {status}; nothing is reserved or made for it",
        )
    ]


def test_an_order_that_has_been_shipped_waits_for_nothing(db: Session) -> None:
    order = farm.order_in(db, "shipped")

    assert (states(db, order), waits_for(db, order)) == (["shipped"], [])


def test_scrapped_pieces_wait_for_another_plan(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 4))
    farm.printed(db, order.production_orders[0], good=0, scrapped=2)

    assert waits_for(db, order) == [
        ("not_planned", order.code, "2 of VASE are nowhere planned; plan the order again")
    ]


def test_a_draft_waits_for_its_release(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 4))
    (made,) = order.production_orders

    assert waits_for(db, order) == [("not_released", made.code, "2 of VASE are to be released")]


def test_a_released_order_waits_for_a_printer(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 4))
    (made,) = order.production_orders
    production.release(db, made.id)

    assert waits_for(db, order) == [("not_started", made.code, "2 of VASE wait for a printer")]


def test_an_order_in_progress_waits_for_the_pieces_that_are_open(
    db: Session, vase: Product
) -> None:
    order = farm.confirmed(db, (vase, 5))
    (made,) = order.production_orders
    farm.printed(db, made, good=1)
    assert made.printer is not None

    assert waits_for(db, order) == [
        (
            "in_progress",
            made.code,
            f"2 of VASE are still to be printed on {made.printer.name}",
        )
    ]


def test_missing_material_is_to_be_ordered_or_made(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 6))
    (made,) = order.production_orders

    assert waits_for(db, order)[0] == (
        "material_short",
        made.code,
        "2 g of PLA are missing; order or make it",
    )


def test_missing_material_names_each_draft_that_asks_for_it_once(
    db: Session, vase: Product, pla: Item
) -> None:
    lines = [{"item": pla, "quantity": 1}, {"item": pla, "quantity": 1}]
    first = PurchaseOrderFactory.create(lines=lines, expected_date=farm.day(1))
    second = farm.on_order(pla, 70, status="draft", days=2)
    order = farm.confirmed(db, (vase, 6))

    assert waits_for(db, order)[0][2] == (
        f"2 g of PLA are missing; place {first.code}, {second.code}"
    )


def test_material_on_its_way_names_the_purchase_order_and_the_day(
    db: Session, vase: Product, pla: Item
) -> None:
    purchase = farm.on_order(pla, 500, days=3)
    order = farm.confirmed(db, (vase, 6))
    (made,) = order.production_orders

    assert waits_for(db, order) == [
        (
            "material_coming",
            made.code,
            f"2 g of PLA come with {purchase.code} on {farm.day(3)}",
        ),
        ("not_released", made.code, "4 of VASE are to be released"),
    ]


def test_a_part_is_waited_for_and_what_the_part_waits_for_too(db: Session, pla: Item) -> None:
    order = farm.confirmed(db, (farm.product("JAR", (farm.part("LID", (pla, 60)), 1)), 2))
    jar, lid = farm.made_for(order, "JAR"), farm.made_for(order, "LID")

    assert waits_for(db, order) == [
        (
            "material_coming",
            jar.code,
            f"2 ea of LID come with {lid.code} on {order.ship_date}",
        ),
        ("not_released", jar.code, "2 of JAR are to be released"),
        ("material_short", lid.code, "20 g of PLA are missing; order or make it"),
        ("not_released", lid.code, "2 of LID are to be released"),
    ]


def test_reserved_material_and_stock_are_not_waited_for(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 5))
    production.release(db, order.production_orders[0].id)

    assert [kind for kind, *_ in waits_for(db, order)] == ["not_started"]


def test_production_that_is_over_is_not_waited_for(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 4))
    production.cancel(db, order.production_orders[0].id)
    sales_orders.plan(db, order.id)

    _, again = order.production_orders
    assert [(kind, code) for kind, code, _ in waits_for(db, order)] == [
        ("not_released", again.code)
    ]


def test_more_lines_cost_no_more_statements(
    db: Session, pla: Item, query_counter: Callable[[], int]
) -> None:
    jar = farm.product("JAR", (farm.part("LID", (pla, 2), quantity=1), 1), (pla, 10))

    def statements(order: SalesOrder) -> int:
        db.expire_all()
        order_id, before = order.id, query_counter()
        assert {line.state.value for line in blockers(db, order_id)} == {"blocked"}
        return query_counter() - before

    counts = [statements(farm.confirmed(db, *[(jar, 2)] * lines)) for lines in (1, 9)]

    assert counts[0] == counts[1]
