"""Whether what is told has the shape that is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .shape import BOOLEAN, NULL, NUMBER, Choice, Either, Fixed, Items, Keyed, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .shape import Shape, Shapes

_KINDS: Final[Mapping[Shape, tuple[type[Any], ...]]] = {
    BOOLEAN: (bool,),
    NUMBER: (int, float),
    NULL: (type(None),),
}
_TEXT: Final = (str,)


def disagreements(data: Any, shape: Shape, shapes: Shapes, place: str = "data") -> Iterator[str]:
    """Each place where JSON is of another shape than promised, and what stands there."""
    match shape:
        case Told(kind):
            yield from _told(data, kind, shapes, place)
        case Either(several):
            if all(any(disagreements(data, each, shapes)) for each in several):
                yield f"{place} is {data!r}, which none of its shapes allows"
        case Choice(values):
            if not any(type(data) is type(each) and data == each for each in values):
                yield f"{place} is {data!r}, which is none of {values}"
        case Items(of):
            items = [of] * len(data) if isinstance(data, list) else []
            yield from _items(data, items, shapes, place)
        case Fixed(several):
            yield from _items(data, several, shapes, place)
        case Keyed(keys, of):
            yield from _keyed(data, keys, of, shapes, place)
        case _:
            if type(data) not in _KINDS.get(shape, _TEXT):
                yield f"{place} is {data!r}, which is no {shape}"


def _told(data: Any, kind: type[Any], shapes: Shapes, place: str) -> Iterator[str]:
    promised = shapes[kind]
    if isinstance(promised, Choice):
        yield from disagreements(data, promised, shapes, place)
    elif not isinstance(data, dict) or data.keys() != promised.keys():
        yield f"{place} is {data!r}, and not {kind.__name__} with {', '.join(promised)}"
    else:
        for name, shape in promised.items():
            yield from disagreements(data[name], shape, shapes, f"{place}.{name}")


def _items(data: Any, promised: Iterable[Shape], shapes: Shapes, place: str) -> Iterator[str]:
    several = list(promised)
    if not isinstance(data, list) or len(data) != len(several):
        yield f"{place} is {data!r}, and no list of {len(several)}"
    else:
        for i, (item, shape) in enumerate(zip(data, several, strict=True)):
            yield from disagreements(item, shape, shapes, f"{place}[{i}]")


def _keyed(data: Any, keys: Shape, of: Shape, shapes: Shapes, place: str) -> Iterator[str]:
    if not isinstance(data, dict):
        yield f"{place} is {data!r}, and no object"
        return
    for key, value in data.items():
        yield from disagreements(key, keys, shapes, f"a key of {place}")
        yield from disagreements(value, of, shapes, f"{place}[{key!r}]")
