"""What runs the user's own code in the midst of a tree finds the tree in the database."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from factory.base import BaseFactory
from factory.declarations import Maybe, RelatedFactory, RelatedFactoryList
from factory.enums import BuilderPhase, get_builder_phase

from .children import Children
from .steps import tree_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class Opaque:
    """A post-generation declaration that may read ids, query, or write."""

    FACTORY_BUILDER_PHASE = BuilderPhase.POST_INSTANTIATION

    def __init__(self, declaration: Any) -> None:
        self.declaration = declaration

    def evaluate_post(self, instance: Any, step: Any, overrides: dict[str, Any]) -> Any:
        """The declaration's result, its tree written before it."""
        with written(step):
            return self.declaration.evaluate_post(instance, step, overrides)


class Flushed:
    """A declaration whose row is written at once, because its id is what is wanted."""

    FACTORY_BUILDER_PHASE = BuilderPhase.ATTRIBUTE_RESOLUTION
    CAPTURE_OVERRIDES = False

    def __init__(self, declaration: Any) -> None:
        self.declaration = declaration

    def evaluate_pre(self, instance: Any, step: Any, overrides: dict[str, Any]) -> Any:
        """The declaration's result, written."""
        found = self.declaration.evaluate_pre(instance, step, overrides)
        with written(step):
            return found


def written(step: Any) -> AbstractContextManager[None]:
    """Within the block the step's tree, if it has one, is in the database."""
    tree = tree_of(step)
    return nullcontext() if tree is None else tree.written()


def is_opaque(declaration: Any) -> bool:
    """Whether a post-generation declaration is not one of those that only make more rows."""
    if isinstance(declaration, Maybe):
        branches = (declaration.yes, declaration.no)
        return any(is_opaque(branch) for branch in branches if get_builder_phase(branch))
    if type(declaration) in (RelatedFactory, RelatedFactoryList):
        return not makes_our_rows(declaration)
    return not isinstance(declaration, Children)


def makes_our_rows(declaration: Any) -> bool:
    """Whether a declaration's factory writes to the active session."""
    options = getattr(declaration.get_factory(), "_meta", None)
    return bool(getattr(options, "is_managed", False))


def overrides(factory: Any, hook: str) -> bool:
    """Whether the factory has a classmethod of its own for this hook of factory_boy."""
    own = getattr(getattr(factory, hook), "__func__", None)
    return own is not getattr(BaseFactory, hook).__func__
