"""Days on which something goes wrong: a printer fails, a vendor does not deliver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from app.models import (
    InventoryTransaction,
    Item,
    Printer,
    PrinterStatus,
    Product,
    ProductionOrder,
    PurchaseOrder,
    PurchaseOrderLine,
    Role,
    SalesOrder,
    SalesOrderLine,
    Vendor,
)
from app.services import printers as fleet
from app.services import production, purchasing, sales_orders
from app.services.demand import LineReadiness, SourceKind, blockers, chain
from app.services.purchasing import NewPurchaseLine
from factoryfloor import scenario
from tests.factories import (
    PrinterFactory,
    PurchaseOrderFactory,
    SalesOrderFactory,
    VendorFactory,
)

from .catalog import Basic, basic
from .people import Credentials, sign_up
from .steps import number_on, print_pieces

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class HeldBack:
    """A sales order that waits for the printer, its production order, and what FilaOps says."""

    sales_order: SalesOrder
    production_order: ProductionOrder
    days_late: int
    readiness: list[LineReadiness]


@dataclass(frozen=True)
class PrinterDown:
    """The printer, the job that was on it, who waits for it, and what was done at once.

    `returned` are the inserts that were saved from the failed piece, `called_off` a job for stock
    whose filament is free again. Of the other printers one is at work and one in maintenance.
    """

    admin: Credentials
    operator: Credentials
    printer: Printer
    interrupted: HeldBack
    waiting: HeldBack
    called_off: ProductionOrder
    returned: InventoryTransaction
    at_work: Printer
    in_time: SalesOrder
    in_maintenance: Printer


@scenario("printer-down")
def printer_down(db: Session) -> PrinterDown:
    """A printer that failed in the middle of a job, and the orders that it holds back.

    Of 20 planters, due yesterday, 12 were good and one was lost; the job is off the printer, which
    is offline, and its 7 other planters wait for another, as do 10 planters due tomorrow. One
    printer has a job of its own, one is in maintenance.
    """
    start = basic(db)
    operator = sign_up(Role.OPERATOR)
    broken, busy, serviced = PrinterFactory.create_batch(3)
    planter, vase = start.products.planter, start.products.vase
    late = _sold(db, "Hotel Aurora", planter, 20, placed=8, due=-1)
    next_one = _sold(db, "Café Lumen", planter, 10, placed=4, due=1)
    in_time = _sold(db, "Florist Primrose", vase, 15, placed=2, due=5)
    waiting = production.release(db, next_one.production_orders[0].id)
    for_stock = production.release(db, production.create(db, vase.id, 10).id)
    print_pieces(db, in_time.production_orders[0], busy, good=1)
    fleet.set_status(db, serviced.id, PrinterStatus.MAINTENANCE)
    interrupted, returned = _fails(db, start, late.production_orders[0], broken)
    production.cancel(db, for_stock.id)
    number_on(db)
    return PrinterDown(
        admin=start.admin,
        operator=operator,
        printer=broken,
        interrupted=_held_back(db, late, interrupted),
        waiting=_held_back(db, next_one, waiting),
        called_off=for_stock,
        returned=returned,
        at_work=busy,
        in_time=in_time,
        in_maintenance=serviced,
    )


def _sold(
    db: Session, customer: str, product: Product, pieces: int, *, placed: int, due: int
) -> SalesOrder:
    """An order of so many days ago, confirmed, due in so many days from today."""
    today = date.today()
    order = SalesOrderFactory.create(
        customer__name=customer,
        order_date=today - timedelta(days=placed),
        ship_date=today + timedelta(days=due),
        lines=[{"product": product, "quantity": pieces}],
    )
    return sales_orders.confirm(db, order.id)


def _fails(
    db: Session, start: Basic, job: ProductionOrder, printer: Printer
) -> tuple[ProductionOrder, InventoryTransaction]:
    """The job, off its printer after 13 pieces, and the inserts of the lost one, back in stock."""
    print_pieces(db, job, printer, good=12, scrapped=1)
    production.stop(db, job.id)
    fleet.set_status(db, printer.id, PrinterStatus.OFFLINE)
    return job, production.return_material(db, job.id, start.materials.insert.id, Decimal(4))


def _held_back(db: Session, order: SalesOrder, made: ProductionOrder) -> HeldBack:
    days_late = max(_days_since(order.ship_date), 0)
    return HeldBack(order, made, days_late, blockers(db, order.id))


def _days_since(day: date | None) -> int:
    assert day is not None  # what is ordered here is promised for a day
    return (date.today() - day).days


@dataclass(frozen=True)
class Waiting:
    """A line, its production order, and the filament that this takes, in kilograms.

    It is reserved, on hand, or owed by the vendor; `too_late` if that is after it is needed.
    """

    sales_order: SalesOrder
    line: SalesOrderLine
    production_order: ProductionOrder
    reserved: Decimal
    on_hand: Decimal
    owed: Decimal
    too_late: bool


@dataclass(frozen=True)
class VendorLate:
    """What a vendor owes since when, who waits for it, and who could deliver instead.

    `safe` has its filament already; `late` should have left yesterday, `endangered` is due soon.
    `instead` is the draft that asks the alternative vendor for what the two wait for.
    """

    admin: Credentials
    planner: Credentials
    vendor: Vendor
    item: Item
    purchase_order: PurchaseOrder
    line: PurchaseOrderLine
    days_overdue: int
    safe: Waiting
    late: Waiting
    endangered: Waiting
    alternative: Vendor
    instead: PurchaseOrder


@scenario("vendor-late")
def vendor_late(db: Session) -> VendorLate:
    """A purchase order five days overdue, a tenth of which has come, and the orders that wait.

    Of 20 kg of filament 2 kg came. 50 vases due yesterday and 80 due in three days wait for
    14.4 of the other 18 kg; another vendor, who delivers within a day, could bring them.
    """
    start = basic(db)
    planner = sign_up(Role.PLANNER)
    petg, vase = start.materials.petg, start.products.vase
    overdue = _overdue(db, start)
    safe = _sold(db, "Florist Primrose", vase, 52, placed=5, due=2)
    production.release(db, safe.production_orders[0].id)
    late = _sold(db, "Hotel Aurora", vase, 50, placed=8, due=-1)
    endangered = _sold(db, "Interior Studio Kahn", vase, 80, placed=4, due=3)
    alternative = VendorFactory.create(name="Filament Express", lead_time_days=1)
    waiting = {order.id: _waiting(db, order, petg) for order in (safe, late, endangered)}
    owed = waiting[late.id].owed + waiting[endangered.id].owed
    instead = purchasing.create(db, alternative.id, [NewPurchaseLine(petg.id, owed)])
    number_on(db)
    return VendorLate(
        admin=start.admin,
        planner=planner,
        vendor=start.vendors.filament,
        item=petg,
        purchase_order=overdue,
        line=overdue.lines[0],
        days_overdue=_days_since(overdue.expected_date),
        safe=waiting[safe.id],
        late=waiting[late.id],
        endangered=waiting[endangered.id],
        alternative=alternative,
        instead=instead,
    )


def _overdue(db: Session, start: Basic) -> PurchaseOrder:
    """Two filaments, ordered eight days ago and due after three: one came, of the other 2 kg."""
    materials = start.materials
    order = PurchaseOrderFactory.create(
        vendor=start.vendors.filament,
        ordered=True,
        order_date=date.today() - timedelta(days=8),
        lines=[
            {"item": materials.petg, "quantity": Decimal(20)},
            {"item": materials.pla, "quantity": Decimal(10)},
        ],
    )
    return purchasing.receive(db, order.id, {1: Decimal(2), 2: Decimal(10)})


def _waiting(db: Session, order: SalesOrder, item: Item) -> Waiting:
    db.expire_all()  # what the database holds has four digits, as the API answers
    (made,) = chain(db, order.id).lines[0].production_orders
    (component,) = made.components
    assert component.item_id == item.id  # a vase takes nothing else
    found = {source.kind: source.quantity for source in component.sources}
    return Waiting(
        sales_order=order,
        line=order.lines[0],
        production_order=order.production_orders[0],
        reserved=found.get(SourceKind.RESERVED, Decimal(0)),
        on_hand=found.get(SourceKind.STOCK, Decimal(0)),
        owed=found.get(SourceKind.PURCHASE, Decimal(0)),
        too_late=any(source.late for source in component.sources),
    )
