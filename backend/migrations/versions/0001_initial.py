"""All tables of the first release, constraints named by the convention of `app.database.Base`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import columns as col

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_people()
    _create_catalog()
    _create_quotes()
    _create_sales_orders()
    _create_production()
    _create_purchasing()
    _create_inventory()


def downgrade() -> None:
    for table in (
        "inventory_transactions",
        "purchase_order_lines",
        "purchase_orders",
        "production_orders",
        "printers",
        "shipments",
        "sales_order_lines",
        "sales_orders",
        "quote_lines",
        "quotes",
        "bom_lines",
        "products",
        "items",
        "vendors",
        "customers",
        "users",
    ):
        op.drop_table(table)


def _create_people() -> None:
    op.create_table(
        "users",
        col.key(),
        sa.Column("username", sa.String(80), nullable=False, unique=True),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("hashed_password", sa.String(255), nullable=False),
        col.one_of("role", "admin", "planner", "operator", "viewer", default="viewer"),
        sa.Column("is_active", sa.Boolean, server_default=sa.true(), nullable=False),
        col.created_at(),
    )
    op.create_table("customers", col.key(), *col.contact())
    op.create_table(
        "vendors",
        col.key(),
        *col.contact(),
        col.count("lead_time_days", 7, "calendar days from order to receipt"),
        col.not_negative("lead_time_days"),
    )


def _create_catalog() -> None:
    op.create_table(
        "items",
        col.key(),
        col.code("sku"),
        sa.Column("name", sa.String(120), nullable=False),
        col.one_of("item_type", "raw_material", "finished_good", "consumable"),
        sa.Column(
            "unit",
            sa.String(20),
            server_default="ea",
            nullable=False,
            comment="unit of measure: ea, kg, g",
        ),
        col.amount("unit_cost", 0),
        col.amount("reorder_point", 0, "stock at or below which the item is bought again"),
        col.not_negative("unit_cost"),
        col.not_negative("reorder_point"),
    )
    _create_products()


def _create_products() -> None:
    op.create_table(
        "products",
        col.key(),
        col.code("sku"),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("description", sa.Text),
        col.price("unit_price"),
        sa.Column(
            "item_id",
            sa.Integer,
            sa.ForeignKey("items.id", ondelete="RESTRICT"),
            unique=True,
            comment="the item that the finished goods are stocked as",
        ),
        col.not_negative("unit_price"),
    )
    op.create_table(
        "bom_lines",
        col.key(),
        col.parent("product_id", "products.id", "CASCADE"),
        col.parent("item_id", "items.id"),
        col.amount("quantity_per", 1, "in the item's unit, for one piece of the product"),
        col.positive("quantity_per"),
    )


def _create_quotes() -> None:
    op.create_table(
        "quotes",
        col.key(),
        col.code(),
        col.parent("customer_id", "customers.id"),
        col.one_of("status", "draft", "sent", "accepted", "declined", "expired"),
        col.today("quote_date"),
        sa.Column("valid_until", sa.Date),
        col.created_at(),
        sa.CheckConstraint("valid_until >= quote_date", name="dates_in_order"),
    )
    op.create_table("quote_lines", *col.numbered("quote_id", "quotes.id"), *col.priced_pieces())


def _create_sales_orders() -> None:
    op.create_table(
        "sales_orders",
        col.key(),
        col.code(),
        col.parent("customer_id", "customers.id"),
        col.optional("quote_id", "quotes.id", "SET NULL"),
        col.one_of(
            "status",
            *("pending", "confirmed", "in_production", "ready"),
            *("partly_shipped", "shipped", "closed", "cancelled"),
        ),
        col.today("order_date"),
        sa.Column("ship_date", sa.Date, comment="the day promised to the customer"),
        col.created_at(),
    )
    op.create_table(
        "sales_order_lines",
        *col.numbered("sales_order_id", "sales_orders.id"),
        *col.priced_pieces(),
        col.count("quantity_shipped", 0),
        sa.Column("total_price", col.MONEY, nullable=False),
        col.not_negative("total_price"),
        sa.CheckConstraint(
            "quantity_shipped BETWEEN 0 AND quantity", name="shipped_within_ordered"
        ),
    )
    op.create_table(
        "shipments",
        col.key(),
        col.parent("sales_order_id", "sales_orders.id"),
        col.today("shipped_on"),
        sa.Column("carrier", sa.String(80)),
        sa.Column("tracking_number", sa.String(80)),
    )


def _create_production() -> None:
    op.create_table(
        "printers",
        col.key(),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("model", sa.String(80)),
        col.one_of("status", "idle", "printing", "maintenance", "offline"),
    )
    op.create_table(
        "production_orders",
        col.key(),
        col.code(),
        col.parent("product_id", "products.id"),
        col.count("quantity_ordered", 1),
        col.count("quantity_completed", 0),
        col.count("quantity_scrapped", 0),
        col.one_of("status", "draft", "released", "in_progress", "completed", "cancelled"),
        col.optional(
            "sales_order_id", "sales_orders.id", comment="empty for an order made to stock"
        ),
        sa.Column("sales_order_line", sa.Integer, comment="line_number of the sales order's line"),
        col.optional("printer_id", "printers.id", "SET NULL"),
        sa.Column("due_date", sa.Date),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        col.created_at(),
        col.positive("quantity_ordered"),
        col.not_negative("quantity_completed"),
        col.not_negative("quantity_scrapped"),
        sa.CheckConstraint(
            "quantity_completed + quantity_scrapped <= quantity_ordered", name="made_within_ordered"
        ),
        col.positive("sales_order_line"),
        sa.CheckConstraint("completed_at >= started_at", name="dates_in_order"),
    )


def _create_purchasing() -> None:
    op.create_table(
        "purchase_orders",
        col.key(),
        col.code(),
        col.parent("vendor_id", "vendors.id"),
        col.one_of("status", "draft", "ordered", "partly_received", "received", "cancelled"),
        col.today("order_date"),
        sa.Column("expected_date", sa.Date),
        col.created_at(),
    )
    op.create_table(
        "purchase_order_lines",
        *col.numbered("purchase_order_id", "purchase_orders.id"),
        col.parent("item_id", "items.id"),
        col.amount("quantity", 1, "in item units"),
        col.amount("quantity_received", 0),
        col.amount("unit_cost", 0),
        col.positive("quantity"),
        sa.CheckConstraint(
            "quantity_received BETWEEN 0 AND quantity", name="received_within_ordered"
        ),
        col.not_negative("unit_cost"),
    )


def _create_inventory() -> None:
    op.create_table(
        "inventory_transactions",
        col.key(),
        col.parent("item_id", "items.id"),
        col.one_of("transaction_type", *("receive", "issue", "adjust", "scrap", "return", "ship")),
        sa.Column(
            "quantity",
            col.QUANTITY,
            nullable=False,
            comment="in the item's unit; positive into stock, negative out of it",
        ),
        sa.Column("reference", sa.String(80)),
        sa.Column("notes", sa.Text),
        col.created_at(),
    )
