"""Where in the project, outside of libraries, some code was called from."""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from types import FrameType

_OWN: Final = str(Path(__file__).parent.parent)
_LIBRARIES: Final = (
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    _OWN,
    "<",  # code that has no file
)


class Place(NamedTuple):
    """A line of code; as text, its file is relative to the working directory if it is below."""

    file: str
    line: int

    def __str__(self) -> str:
        try:
            here = f"{Path.cwd()}{os.sep}"
        except FileNotFoundError:  # the working directory is gone
            here = ""
        return f"{self.file.removeprefix(here)}:{self.line}"


def calling_place() -> Place | None:
    """The line of the project that led here, None if there is none."""
    frame = _first_outside(sys._getframe(1)) or _outside_of_greenlet()
    return Place(frame.f_code.co_filename, frame.f_lineno) if frame else None


def _first_outside(frame: FrameType | None) -> FrameType | None:
    while frame is not None and _is_of_a_library(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def _outside_of_greenlet() -> FrameType | None:
    """The place that awaits the greenlet in which SQLAlchemy runs async code."""
    greenlet = sys.modules.get("greenlet")
    each = greenlet.getcurrent().parent if greenlet else None
    while each is not None:
        if found := _first_outside(each.gr_frame):
            return found
        each = each.parent
    return None


@functools.lru_cache(maxsize=4096)
def _is_of_a_library(file: str) -> bool:
    return file.startswith(_LIBRARIES)
