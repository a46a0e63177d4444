"""The farm on the terminal: a tree of what belongs together, tables of what is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.models import Product, PurchaseOrder
    from demo.farm import Farm

NEXT = """\
[bold]make serve[/]   FilaOps on this data, at http://127.0.0.1:8000/docs (log in: admin, admin)
[bold]make test[/]    all tests; from backend/, [bold]pytest -m integration[/] and its like
[bold]README.md[/]    your first test with [bold]sales_order_factory[/]"""


def show(farm: Farm, seconds: Mapping[str, float], console: Console | None = None) -> None:
    """Print the whole farm, and the seconds that each step took."""
    (console or Console()).print(
        Group(
            Panel(_orders(farm), title="What belongs together", title_align="left"),
            _blockers(farm),
            _shortages(farm),
            _purchases(farm.purchase_orders),
            _fleet(farm),
            _timing(seconds),
            Panel(NEXT, title="Where to go next", title_align="left"),
        )
    )


def _orders(farm: Farm) -> Tree:
    order = farm.sales_order
    tree = Tree(f"[bold]{order.customer.name}[/], customer")
    quote = tree.add(f"quote [cyan]{farm.quote.code}[/], {farm.quote.status}")
    branch = quote.add(f"sales order [cyan]{order.code}[/], {order.status}, {order.total}")
    for line in order.lines:
        node = branch.add(
            f"line {line.line_number}: {line.quantity} x [bold]{line.product.name}[/] "
            f"at {line.unit_price} = {line.total_price}"
        )
        _bill(node, line.product)
        for made in farm.production_orders:
            if made.sales_order_line == line.line_number:
                node.add(
                    f"production order [cyan]{made.code}[/], {made.status}: "
                    f"{made.quantity_completed} of {made.quantity_ordered} x {made.product.name}"
                    f" on {made.printer.name if made.printer else 'no printer yet'}"
                )
    return tree


def _bill(node: Tree, product: Product) -> None:
    """Each line of the bill of materials, down through what is made here."""
    bill = node.add(f"bill of materials of {product.sku}")
    for line in product.bill:
        part = bill.add(f"{line.quantity_per.normalize():f} {line.item.unit} {line.item.name}")
        if line.item.product:
            _bill(part, line.item.product)


def _table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """A table; a column whose name ends in `*` is one of numbers."""
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for column in columns:
        table.add_column(column.rstrip("*"), justify="right" if column.endswith("*") else "left")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    return table


def _blockers(farm: Farm) -> Table:
    return _table(
        f"What keeps {farm.sales_order.code} from being shipped",
        ["line", "waits for", "because"],
        (
            (line.line_number, blocker.document, blocker.message)
            for line in farm.readiness
            for blocker in line.blockers
        ),
    )


def _shortages(farm: Farm) -> Table:
    return _table(
        "What the production orders lack",
        ["item", "unit", "required*", "on hand*", "on order*", "missing*"],
        (
            (
                s.name,
                s.unit,
                *(f"{n.normalize():f}" for n in (s.required, s.on_hand, s.on_order)),
                f"[red]{s.missing.normalize():f}[/]",
            )
            for s in farm.shortages
        ),
    )


def _purchases(orders: Iterable[PurchaseOrder]) -> Table:
    return _table(
        "The purchase orders for that, as drafts",
        ["order", "vendor", "expected", "item", "quantity*", "cost*"],
        (
            (
                order.code,
                order.vendor.name,
                order.expected_date,
                line.item.name,
                f"{line.quantity.normalize():f} {line.item.unit}",
                f"{line.unit_cost:.2f}",
            )
            for order in orders
            for line in order.lines
        ),
    )


def _fleet(farm: Farm) -> Table:
    rows = ((printer.name, printer.model, printer.status) for printer in farm.printers)
    return _table("The fleet", ["printer", "model", "status"], rows)


def _timing(seconds: Mapping[str, float]) -> Table:
    rows = ((what, f"{taken * 1000:,.0f} ms") for what, taken in seconds.items())
    return _table("What took how long", ["step", "time*"], rows)
