"""What databases are called: PostgreSQL keeps 63 bytes of a name."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 63
REGISTRY = "factoryfloor"
RESERVED = frozenset({REGISTRY, "postgres", "template0", "template1"})


def template_name(project: str, digest: str) -> str:
    """The template of a project's schema: `ff_<project>_<the digest's first twelve characters>`."""
    plain = re.sub(r"[^a-z0-9]+", "_", project.lower()).strip("_") or "project"
    return copy_name(f"ff_{plain}", digest)


def copy_name(beginning: str, digest: str) -> str:
    """A name that ends with the digest's first twelve characters, however long it begins."""
    ending = f"_{digest[:12]}"
    return f"{shortened(beginning, LONGEST - len(ending))}{ending}"


def alternatives(name: str) -> Iterator[str]:
    """The name itself, then `name_2`, `name_3` and so on."""
    yield shortened(name, LONGEST)
    for number in itertools.count(2):
        ending = f"_{number}"
        yield f"{shortened(name, LONGEST - len(ending))}{ending}"


def shortened(name: str, length: int) -> str:
    """As much of a name as fits into so many bytes."""
    return name.encode()[:length].decode(errors="ignore")
