"""`Children`: a list of rows below the one that is made, as a number, overrides or objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from factory.declarations import (
    SKIP,
    BaseDeclaration,
    NotProvided,
    PostGenerationContext,
    PostGenerationDeclaration,
    _FactoryWrapper,
)

from factoryfloor import introspect
from factoryfloor.errors import RefusedRowError

from .refusal import Made
from .steps import in_a_tree, tree_of


class Children(PostGenerationDeclaration):
    """Rows of another factory that belong to this one's, none unless asked for.

    `lines=3` makes three, `lines=[{"quantity": 10}, line]` one with this override and takes the
    line that is there, `lines__quantity=5` applies to each that is made.

    A declaration, as value or as `size`, is evaluated on the parent. Without the name of the parent
    in the child, the rows follow from the parent without pointing at it.
    """

    UNROLL_CONTEXT_BEFORE_EVALUATION = False  # the child's own builder does

    def __init__(
        self,
        factory: type[Any] | str,
        factory_related_name: str = "",
        size: int | Callable[[], int] | BaseDeclaration = 0,
        **defaults: Any,
    ) -> None:
        super().__init__(**defaults)
        self.name = factory_related_name
        self.size = size
        self.factory_wrapper = _FactoryWrapper(factory)

    def get_factory(self) -> Any:
        """The children's factory."""
        return self.factory_wrapper.get()

    def call(self, instance: Any, step: Any, context: PostGenerationContext) -> list[Any]:
        """The children, attached to `instance`."""
        asked = self._asked(step, context)
        if not asked:
            return []
        self._load_collection(instance)
        parameters = {**self._defaults, **context.extra}
        with in_a_tree(step) as own:
            return [self._child(instance, own, parameters, one) for one in asked]

    def _asked(self, step: Any, context: PostGenerationContext) -> list[Any]:
        """For each child its overrides, or the object itself."""
        value = _evaluated(context.value, step) if context.value_provided else SKIP
        # pytest-factoryboy passes the declaration where nothing was given
        if value is SKIP or value is NotProvided or isinstance(value, Children):
            value = self.size() if callable(self.size) else _evaluated(self.size, step)
        if value is None:
            return []
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return [{} for _ in range(value)]
        if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
            return list(value)
        raise self._refusal(value)

    def _child(self, parent: Any, step: Any, parameters: dict[str, Any], asked: Any) -> Any:
        factory = self.get_factory()
        back = {self.name: parent} if self.name else {}
        if isinstance(asked, Mapping):
            return step.recurse(factory, {**parameters, **asked, **back})
        model = factory._meta.model
        if not isinstance(asked, model):
            raise self._refusal(asked)
        for name in back:
            setattr(asked, name, parent)
        tree = tree_of(step)
        if tree is not None:
            tree.add(Made(asked, factory, frozenset()))
        return asked

    def _load_collection(self, parent: Any) -> None:
        """Read the parent's collection, so that it holds the children without another query."""
        state = sa.inspect(parent, raiseerr=False)
        model = self.get_factory()._meta.model
        is_linked = bool(self.name) and introspect.is_mapped(model)
        if state is None or not state.persistent or not is_linked:
            return
        for reverse in sa.inspect(model).relationships[self.name]._reverse_property:
            getattr(parent, reverse.key)

    def _refusal(self, value: Any) -> RefusedRowError:
        factory = self.get_factory().__name__
        return RefusedRowError(
            f"Children of {factory} cannot be made of {value!r}. Give a number, or a list of "
            f"dictionaries of overrides and of {self.get_factory()._meta.model.__name__} objects."
        )


def _evaluated(value: Any, step: Any) -> Any:
    """The value itself, or what a declaration makes of the parent."""
    if isinstance(value, BaseDeclaration) and not isinstance(value, Children):
        return value.evaluate_pre(instance=step.stub, step=step, overrides={})
    return value
