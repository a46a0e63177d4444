"""What a `ModelFactory` keeps in `_meta`: its model, its declarations, its part in a tree."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

from factory import enums
from factory.alchemy import SQLAlchemyOptions
from factory.declarations import Trait
from factory.utils import sort_ordered_objects

from factoryfloor import introspect

from . import foreign_keys, sequences, traits
from .declared import HookDeclarations, ModelDeclarations
from .hooks import overrides, written
from .refusal import Made
from .session import active_session
from .steps import add_to_tree

if TYPE_CHECKING:
    from factory.builder import BuildStep


class ModelOptions(SQLAlchemyOptions):
    """The options of a `ModelFactory`."""

    if TYPE_CHECKING:  # factory_boy sets these from `Meta`
        factory: Any
        counter_reference: Any
        model: Any
        sqlalchemy_session: Any
        sqlalchemy_session_factory: Any
        sqlalchemy_get_or_create: tuple[str, ...]
        exclude: tuple[str, ...]
        rename: dict[str, str]

    def _fill_from_meta(self, meta: Any, base_meta: Any) -> None:
        super()._fill_from_meta(meta, base_meta)
        self.says_abstract = self.abstract  # factory_boy also calls abstract what has no model
        if not hasattr(meta, "model"):
            self.model = _generic_argument(self.factory) or self.model

    def contribute_to_class(
        self,
        factory: Any,
        meta: Any = None,
        base_meta: Any = None,
        base_factory: Any = None,
        params: Any = None,
    ) -> None:
        """Read the class's own declarations."""
        super().contribute_to_class(factory, meta, base_meta, base_factory, params)
        self.pre_declarations = ModelDeclarations(self.pre_declarations, options=self)
        self.post_declarations = HookDeclarations(self.post_declarations.as_dict())
        sequences.remember(self)

    @property
    def declarations(self) -> dict[str, Any]:
        """All declarations by name, the parameters' and traits' worked in."""
        found = dict(self.base_declarations)
        for name, parameter in sort_ordered_objects(self.parameters.items(), lambda item: item[1]):
            if isinstance(parameter, Trait):
                found.update(traits.made_of(parameter, name, found))
            else:
                found.update(parameter.as_declarations(name, found))
        return found

    @cached_property
    def is_mapped(self) -> bool:
        """Whether the model is SQLAlchemy's."""
        return introspect.is_mapped(self.model)

    @property
    def is_managed(self) -> bool:
        """Whether the rows go to the active session, not to one that `Meta` names."""
        return (
            self.sqlalchemy_session is None
            and self.sqlalchemy_session_factory is None
            and self.is_mapped
        )

    @property
    def relations(self) -> tuple[introspect.Relation, ...]:
        """The model's many-to-one relationships, where ids are respected."""
        return introspect.describe(self.model).relations if self.is_managed else ()

    @cached_property
    def declared_names(self) -> dict[str, str]:
        """The model's attributes that `Meta.rename` gives other names in the factory."""
        return {there: here for here, there in self.rename.items()}

    @property
    def factory_name(self) -> str:
        """The factory's name, for messages."""
        return str(self.factory.__name__)

    def declared_name(self, attribute: str) -> str:
        """The name in this factory of the model's `attribute`."""
        return self.declared_names.get(attribute, attribute)

    def _initialize_counter(self) -> None:
        """Take the counter of the factory that owns it, which `reset_sequences` takes away."""
        owner = self.counter_reference
        if owner is self:
            self._counter = self._counter or sequences.passing_by(self.factory)
            super()._initialize_counter()
        else:
            owner._initialize_counter()
            self._counter = owner._counter

    def instantiate(self, step: BuildStep, args: Any, kwargs: dict[str, Any]) -> Any:
        """The object, as a part of its tree."""
        if not (self.is_managed and step.builder.strategy == enums.CREATE_STRATEGY):
            return super().instantiate(step, args, kwargs)
        foreign_keys.check_agreement(self, step.builder.extras, kwargs)
        self.factory._original_params = step.builder.extras
        session = active_session(self.factory_name)
        kwargs = {**kwargs, **foreign_keys.known_rows(self, session, kwargs)}
        instance = super().instantiate(step, args, kwargs)
        parent = step.parent_step and step.parent_step.builder.factory_meta.factory
        made = Made(instance, self.factory, frozenset(step.builder.extras), parent)
        add_to_tree(step, made)
        return instance

    def use_postgeneration_results(self, step: BuildStep, instance: Any, results: Any) -> None:
        """Call the factory's last hook, with its tree written where the hook is the user's."""
        if overrides(self.factory, "_after_postgeneration"):
            with written(step):
                super().use_postgeneration_results(step, instance, results)


def _generic_argument(factory: Any) -> type[Any] | None:
    """`User` in `class UserFactory(ModelFactory[User])`."""
    for base in vars(factory).get("__orig_bases__", ()):
        if hasattr(getattr(base, "__origin__", None), "_meta"):
            # since Python 3.11 Any is a class
            found = [one for one in get_args(base) if isinstance(one, type) and one is not Any]
            return found[0] if found else None
    return None
