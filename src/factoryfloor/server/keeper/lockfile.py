"""What a server says about itself in postmaster.pid, which is there until it has shut down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

# counted from 0; PostgreSQL's miscadmin.h counts from 1
MEMORY_LINE = 6
STATUS_LINE = 7


class LockFile(NamedTuple):
    """A server's process, the id of its System V shared memory, and whether it takes clients."""

    pid: int
    memory: str
    ready: bool

    @classmethod
    def read(cls, data: Path) -> LockFile | None:
        """What the data directory's server has written so far."""
        try:
            lines = (data / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return None
        if not lines[0]:
            return None
        lines += [""] * (STATUS_LINE + 1)
        memory = lines[MEMORY_LINE].split()  # its key, its id
        return cls(
            int(lines[0]), memory[1] if memory else "", lines[STATUS_LINE].strip() == "ready"
        )
