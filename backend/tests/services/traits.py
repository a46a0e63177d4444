"""All factories and their traits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from factory.declarations import Trait

from tests import factories

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factoryfloor import ModelFactory

    AnyFactory: TypeAlias = type[ModelFactory[Any]]

FACTORIES: list[AnyFactory] = [
    getattr(factories, name) for name in factories.__all__ if name.endswith("Factory")
]


def traits_of(factory: AnyFactory) -> list[str]:
    """The factory's traits, in the order of their declaration."""
    parameters = factory._meta.parameters.items()
    return [name for name, parameter in parameters if isinstance(parameter, Trait)]


def made_by(factory: AnyFactory, traits: Iterable[str]) -> Any:
    """A row with these traits."""
    return factory.create(**dict.fromkeys(traits, True))


def name_of(factory: AnyFactory, traits: Iterable[str]) -> str:
    """The name of a test on a row with these traits."""
    return "-".join([factory.__name__, *traits])
