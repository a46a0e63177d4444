"""`create_test_*`: one call for each kind of row, with every default in the kind's factory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from factoryfloor import use_session

from .catalog import ItemFactory, ProductFactory
from .defaults import exact
from .inventory import InventoryTransactionFactory
from .people import CustomerFactory, UserFactory, VendorFactory
from .production import PrinterFactory, ProductionOrderFactory
from .purchasing import PurchaseOrderFactory
from .sales import SalesOrderFactory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from app.models import (
        Customer,
        InventoryTransaction,
        Item,
        Printer,
        Product,
        ProductionOrder,
        PurchaseOrder,
        SalesOrder,
        User,
        Vendor,
    )
    from factoryfloor import ModelFactory

    Number = int | float | Decimal
    Lines = Sequence[Mapping[str, Any]] | int

T = TypeVar("T")


def create_test_user(
    db: Session, username: str | None = None, password: str = "testpass123", **overrides: Any
) -> User:
    """An active user with this password."""
    return _create(db, UserFactory, overrides, username=username, password=password)


def create_test_customer(db: Session, name: str | None = None, **overrides: Any) -> Customer:
    """A customer."""
    return _create(db, CustomerFactory, overrides, name=name)


def create_test_vendor(db: Session, name: str | None = None, **overrides: Any) -> Vendor:
    """A vendor who delivers within three days."""
    return _create(db, VendorFactory, overrides, name=name)


def create_test_item(
    db: Session, sku: str | None = None, item_type: str = "raw_material", **overrides: Any
) -> Item:
    """An item of which nothing is in stock."""
    return _create(db, ItemFactory, overrides, sku=sku, item_type=item_type)


def create_test_product(
    db: Session,
    sku: str | None = None,
    bom_items: Sequence[tuple[Item, Number]] | None = None,
    **overrides: Any,
) -> Product:
    """A product; `bom_items=[(item, 2.0)]` says what one piece of it takes."""
    bill = [{"item": item, "quantity_per": exact(per)} for item, per in bom_items or ()]
    return _create(db, ProductFactory, overrides, sku=sku, bom_lines=bill or None)


def create_test_sales_order(
    db: Session, customer: Customer | None = None, lines: Lines | None = None, **overrides: Any
) -> SalesOrder:
    """A pending sales order; `lines=[{"product": p, "qty": 10, "unit_price": …}]`."""
    return _create(db, SalesOrderFactory, overrides, customer=customer, lines=_lines(lines))


def create_test_production_order(
    db: Session,
    product: Product | None = None,
    sales_order: SalesOrder | None = None,
    sales_order_line: int | None = None,
    printer: Printer | None = None,
    **overrides: Any,
) -> ProductionOrder:
    """A draft for ten pieces; `qty` is the same as `quantity_ordered`."""
    return _create(
        db,
        ProductionOrderFactory,
        _with_quantity(overrides, "quantity_ordered"),
        product=product,
        sales_order=sales_order,
        sales_order_line=sales_order_line,
        printer=printer,
    )


def create_test_purchase_order(
    db: Session, vendor: Vendor | None = None, lines: Lines | None = None, **overrides: Any
) -> PurchaseOrder:
    """A draft to a vendor; `lines=[{"item": i, "qty": 5, "unit_cost": …}]`."""
    return _create(db, PurchaseOrderFactory, overrides, vendor=vendor, lines=_lines(lines))


def create_test_printer(db: Session, name: str | None = None, **overrides: Any) -> Printer:
    """An idle printer."""
    return _create(db, PrinterFactory, overrides, name=name)


def create_test_inventory(
    db: Session, item: Item | None = None, qty: Number = 100, **overrides: Any
) -> InventoryTransaction:
    """So much of an item, received."""
    quantity = {"quantity": exact(qty)} | overrides
    return _create(db, InventoryTransactionFactory, quantity, item=item)


def _create(
    db: Session, factory: type[ModelFactory[T]], overrides: Mapping[str, Any], **named: Any
) -> T:
    given = {name: value for name, value in named.items() if value is not None}
    with use_session(db):
        return factory.create(**given | dict(overrides))


def _lines(lines: Lines | None) -> list[Any] | int | None:
    return lines if lines is None or isinstance(lines, int) else [_line(line) for line in lines]


def _line(line: Any) -> Any:
    if not isinstance(line, Mapping):
        return line
    values = _with_quantity(line, "quantity")
    return {name: exact(v) if isinstance(v, float) else v for name, v in values.items()}


def _with_quantity(values: Mapping[str, Any], column: str) -> dict[str, Any]:
    """The values with `qty` under its column's name."""
    if "qty" in values and column in values:
        raise TypeError(f"qty and {column} are the same: give one of them, not both")
    return {column if name == "qty" else name: value for name, value in values.items()}
