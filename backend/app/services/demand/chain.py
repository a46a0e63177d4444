"""The demand chain of a sales order: customer, lines, production, material, purchase orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.models import ProductionOrder, PurchaseOrderStatus, SalesOrder, SalesOrderLine
from app.services.errors import NotFoundError
from app.services.inventory import on_hand
from app.services.supply import OPEN_PRODUCTION

from . import sources
from .links import ChainComponent, ChainLine, ChainProduction, ChainSource, DemandChain
from .netting import NOTHING
from .plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from .netting import Allocation, Peg, Supply
    from .plan import Plan


def chain(db: Session, order_id: int) -> DemandChain:
    """The whole chain in a constant number of statements; `NotFoundError` without the order."""
    db.flush()
    order = db.scalar(_whole(order_id))
    if order is None:
        raise NotFoundError(f"no sales order has the id {order_id}")
    builder = _Builder(db, make_plan(db), order)
    return DemandChain(
        customer_id=order.customer_id,
        customer=order.customer.name,
        quote=order.quote.code if order.quote else None,
        sales_order_id=order.id,
        sales_order=order.code,
        status=order.status,
        ship_date=order.ship_date,
        lines=[builder.line(line) for line in order.lines],
    )


def _whole(order_id: int) -> Select[SalesOrder]:
    made = selectinload(SalesOrder.production_orders)
    lines = selectinload(SalesOrder.lines)
    return (
        select(SalesOrder)
        .where(SalesOrder.id == order_id)
        .options(
            joinedload(SalesOrder.customer),
            joinedload(SalesOrder.quote),
            lines.joinedload(SalesOrderLine.product),
            lines.joinedload(SalesOrderLine.reservation),
            made.joinedload(ProductionOrder.product),
            made.joinedload(ProductionOrder.printer),
        )
    )


class _Builder:
    def __init__(self, db: Session, plan: Plan, order: SalesOrder) -> None:
        ids = {made.id for made in order.production_orders}
        self.orders = order.production_orders
        self.plan = plan
        # the pegs of what each production order takes, by the order and the part
        self.pegs: dict[int, dict[int, Peg]] = {made_id: {} for made_id in ids}
        for part, needs in plan.needs.items():
            for need in needs:
                if need.peg.production_order_id in ids:
                    self.pegs[need.peg.production_order_id][part] = need.peg
        parts = {part for pegs in self.pegs.values() for part in pegs}
        self.names = sources.named(db, parts)
        self.on_hand = on_hand(db, parts)
        self.drafts = sources.purchases(db, [PurchaseOrderStatus.DRAFT], parts)

    def line(self, line: SalesOrderLine) -> ChainLine:
        made_for = [made for made in self.orders if made.sales_order_line == line.line_number]
        reserved = line.quantity_reserved
        coming = sum(
            made.quantity_open
            for made in made_for
            if made.product_id == line.product_id and made.status in OPEN_PRODUCTION
        )
        return ChainLine(
            line_number=line.line_number,
            product_id=line.product_id,
            sku=line.product.sku,
            name=line.product.name,
            quantity=line.quantity,
            quantity_shipped=line.quantity_shipped,
            quantity_open=line.quantity_open,
            reserved=reserved,
            unplanned=max(line.quantity_open - reserved - coming, NOTHING),
            production_orders=[self._production(made) for made in made_for],
        )

    def _production(self, made: ProductionOrder) -> ChainProduction:
        return ChainProduction(
            id=made.id,
            code=made.code,
            status=made.status,
            product_id=made.product_id,
            sku=made.product.sku,
            quantity_ordered=made.quantity_ordered,
            quantity_completed=made.quantity_completed,
            quantity_scrapped=made.quantity_scrapped,
            quantity_open=made.quantity_open,
            printer=made.printer.name if made.printer else None,
            due_date=made.due_date,
            components=[self._component(part, peg) for part, peg in self.pegs[made.id].items()],
        )

    def _component(self, part: int, peg: Peg) -> ChainComponent:
        sku, name, unit = self.names[part]
        allocations = self.plan.for_peg(part, peg)
        return ChainComponent(
            item_id=part,
            sku=sku,
            name=name,
            unit=unit,
            required=_total(allocations),
            on_hand=self.on_hand[part],
            missing=_total(each for each in allocations if each.is_missing),
            sources=[
                _source(each.supply, each.quantity, late=each.is_late) for each in allocations
            ],
            drafts=[
                _source(supply, supply.quantity) for item, supply in self.drafts if item == part
            ],
        )


def _total(allocations: Iterable[Allocation]) -> Decimal:
    return sum((each.quantity for each in allocations), NOTHING)


def _source(supply: Supply, quantity: Decimal, *, late: bool = False) -> ChainSource:
    return ChainSource(
        kind=supply.kind,
        quantity=quantity,
        on=supply.on,
        late=late,
        document_id=supply.document_id,
        document=supply.document,
        vendor=supply.vendor,
    )
