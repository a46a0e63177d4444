"""Users, customers and vendors."""

from __future__ import annotations

import factory

from app.auth import get_password_hash
from app.models import Customer, Role, User, Vendor
from factoryfloor import Children, ModelFactory


class UserFactory(ModelFactory[User]):
    """An active user who may look at everything, with the password `testpass123`."""

    class Params:
        password = "testpass123"
        admin = factory.Trait(role=Role.ADMIN)
        planner = factory.Trait(role=Role.PLANNER)
        operator = factory.Trait(role=Role.OPERATOR)
        viewer = factory.Trait(role=Role.VIEWER)
        inactive = factory.Trait(is_active=False)

    username = factory.Sequence(lambda n: f"testuser{n}")
    email = factory.Sequence(lambda n: f"test{n}@example.com")
    role = Role.VIEWER
    is_active = True
    hashed_password = factory.LazyAttribute(lambda user: get_password_hash(user.password))


class CustomerFactory(ModelFactory[Customer]):
    """A customer who has not ordered yet."""

    class Params:
        with_orders = factory.Trait(sales_orders=2)

    name = factory.Sequence(lambda n: f"Test Customer {n}")
    email = factory.Sequence(lambda n: f"customer{n}@example.com")
    phone = factory.Sequence(lambda n: f"555-{n:04d}")

    sales_orders = Children("tests.factories.sales.SalesOrderFactory", "customer")


class VendorFactory(ModelFactory[Vendor]):
    """A vendor who delivers within three days."""

    class Params:
        overseas = factory.Trait(lead_time_days=30)

    name = factory.Sequence(lambda n: f"Test Vendor {n}")
    email = factory.Sequence(lambda n: f"vendor{n}@example.com")
    phone = factory.Sequence(lambda n: f"555-{n:04d}")
    lead_time_days = 3
