"""An instance of a dataclass, some of whose fields are read when they are first asked for."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Reads = Mapping[str, Callable[[], Any]]

_UNREAD: Final = "_factoryfloor_unread"  # the slot of what is still to be read


def instance(record: Any, held: Mapping[str, Any], unread: Reads) -> Any:
    """An instance of this dataclass with the fields that it holds, and those that it will read.

    Its `__init__` is not called. It is as any other of its class, and equals one of equal fields;
    only `type` tells that it is of a subclass while something is unread.
    """
    made = object.__new__(_lazy(record) if unread else record)
    if unread:
        object.__setattr__(made, _UNREAD, dict(unread))
    for name, value in held.items():
        object.__setattr__(made, name, value)  # it may be frozen
    return made


class _Lazy:
    """What comes before the dataclass in the bases of its lazy subclass."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        """Nothing: the dataclass's own hook is for classes that somebody wrote."""

    def __getattribute__(self, name: str) -> Any:
        unread = object.__getattribute__(self, _UNREAD)
        if name in unread:
            # to its slot, its property, or the instance's own dictionary, as `__init__` would
            object.__setattr__(self, name, unread[name]())
            unread.pop(name, None)  # what is read may have asked for this field itself
        return super().__getattribute__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if self.__class__.__dataclass_params__.frozen:  # type: ignore[attr-defined]  # a dataclass
            # its own method would let pass what is no field, on an instance of a subclass
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super().__setattr__(name, value)
        getattr(self, _UNREAD).pop(name, None)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Copied and pickled, it is an ordinary instance."""
        fields: Any = dataclasses.fields(self.__class__)  # type: ignore[arg-type]  # a dataclass
        held = {each.name: getattr(self, each.name) for each in fields}
        return instance(self.__class__, held, {}).__reduce_ex__(protocol)


@functools.cache
def _lazy(record: Any) -> type[Any]:
    """The subclass whose instances say that they are of the dataclass itself.

    Dataclasses compare and replace by `__class__`; called, it makes an ordinary instance.
    """
    members = {
        "__slots__": (_UNREAD,),
        "__class__": property(lambda _: record),
        "__new__": lambda _, *args, **kwargs: record(*args, **kwargs),
        "__module__": record.__module__,
        "__qualname__": record.__qualname__,
    }
    return type(record.__name__, (_Lazy, record), members)
