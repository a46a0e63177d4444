"""`ModelFactory`: factory_boy's SQLAlchemy factory, typed, with one flush per tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from factory import enums
from factory.alchemy import SQLAlchemyModelFactory
from factory.errors import FactoryError

from factoryfloor.errors import FactoryDefinitionError

from . import lookup
from .options import ModelOptions
from .refusal import refuse_unknown
from .session import (
    active_async_session,
    active_session,
    is_session_active,
    one_at_a_time,
    task_session,
)
from .steps import TreeBuilder
from .tree import growing_tree, grown, grown_batch

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

T = TypeVar("T")


class ModelFactory(SQLAlchemyModelFactory, Generic[T]):
    """A factory whose rows are written in the active session, one flush per tree.

    `class UserFactory(ModelFactory[User])` needs no `Meta.model`. With `Meta.sqlalchemy_session`
    or `sqlalchemy_session_factory` it is factory_boy's `SQLAlchemyModelFactory`, and for a class
    that SQLAlchemy does not map it is `factory.Factory`.
    """

    _options_class = ModelOptions

    if TYPE_CHECKING:
        _meta: ModelOptions

        def __new__(cls, **kwargs: Any) -> T:  # type: ignore[misc]  # T is not this class
            """What type checkers take `UserFactory()` for; the metaclass never calls it."""

    class Meta:
        """factory_boy's options."""

        abstract = True

    @classmethod
    def build(cls, **kwargs: Any) -> T:
        """An object that no session knows."""
        found: T = super().build(**kwargs)
        return found

    @classmethod
    def build_batch(cls, size: int, **kwargs: Any) -> list[T]:
        """`size` objects that no session knows."""
        return [cls.build(**kwargs) for _ in range(size)]

    @classmethod
    def create(cls, **kwargs: Any) -> T:
        """An object written to the active session, with its whole tree in one flush."""
        found: T = super().create(**kwargs)
        return found

    @classmethod
    def create_batch(cls, size: int, **kwargs: Any) -> list[T]:
        """`size` objects, all written in one flush."""
        if not cls._meta.is_managed:
            return [cls.create(**kwargs) for _ in range(size)]
        with grown_batch(active_session(cls.__name__)):
            return [cls.create(**kwargs) for _ in range(size)]

    @classmethod
    async def acreate(cls, **kwargs: Any) -> T:
        """An object written to the active AsyncSession, with its whole tree in one flush."""
        (found,) = await cls.acreate_batch(1, **kwargs)
        return found

    @classmethod
    async def acreate_batch(cls, size: int, **kwargs: Any) -> list[T]:
        """`size` objects written to the active AsyncSession in one flush."""

        def create(session: Session) -> list[T]:
            with task_session(session):
                return cls.create_batch(size, **kwargs)

        session = await active_async_session(cls.__name__)
        async with one_at_a_time(session):
            return await session.run_sync(create)

    @classmethod
    def _setup_next_sequence(cls) -> int:
        return 1 if cls._meta.is_managed and is_session_active() else 0

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        if cls._meta.abstract:
            raise AbstractFactoryError(cls)
        if strategy != enums.CREATE_STRATEGY or not cls._meta.is_managed:
            return super()._generate(strategy, params)
        with grown(active_session(cls.__name__)) as tree:
            return TreeBuilder(cls._meta, params, tree).build()

    @classmethod
    def _build(cls, model_class: type[T], *args: Any, **kwargs: Any) -> T:
        refuse_unknown(cls, model_class, kwargs)
        return model_class(*args, **kwargs)

    @classmethod
    def _create(cls, model_class: type[T], *args: Any, **kwargs: Any) -> T:
        meta = cls._meta
        found: T
        if not meta.is_mapped:
            found = model_class(*args, **kwargs)
        elif not meta.is_managed:
            found = super()._create(model_class, *args, **kwargs)
        else:
            session = active_session(cls.__name__)
            if meta.sqlalchemy_get_or_create:
                found = lookup.get_or_create(cls, model_class, session, args, kwargs)
            else:
                found = cls._save(model_class, session, args, kwargs)
        return found

    @classmethod
    def _save(cls, model_class: type[T], session: Session, args: Any, kwargs: dict[str, Any]) -> T:
        """The object, in the session; what writes it is the flush of its tree."""
        if not cls._meta.is_managed:
            saved: T = super()._save(model_class, session, args, kwargs)
            return saved
        refuse_unknown(cls, model_class, kwargs)
        made = model_class(*args, **kwargs)
        if growing_tree(session) is not None:
            session.add(made)
        return made


class AbstractFactoryError(FactoryDefinitionError, FactoryError):
    """A factory that names no model was asked for an object."""

    def __init__(self, factory: type[ModelFactory[Any]]) -> None:
        super().__init__(
            f"{factory.__name__} has no model, so it makes nothing. Name one: "
            f"`class {factory.__name__}(ModelFactory[YourModel])`, or `model` in its `Meta`."
        )
