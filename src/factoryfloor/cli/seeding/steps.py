"""How far a seeding is, shown while it goes on, and how long each step took."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console


class Steps:
    """Steps one after another; a bar on a terminal, and nothing elsewhere.

    `seconds` tells how long each one took that is over.
    """

    def __init__(self, console: Console) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:9}"),
            BarColumn(),
            TextColumn("{task.fields[rows]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._is_shown = console.is_terminal and not console.quiet
        self._bar = self._progress.add_task("", total=None, rows="")
        self._step: str | None = None
        self._began = 0.0
        self._expected: int | None = None

    def __enter__(self) -> Steps:
        if self._is_shown:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._is_shown:
            self._progress.stop()

    def begin(self, step: str) -> None:
        """End the step before, and begin this one."""
        self.end()
        self._step, self._began = step, time.perf_counter()
        self._progress.update(self._bar, description=step)

    def end(self, called: str | None = None) -> None:
        """End the running step, which is henceforth `called` something else."""
        if self._step is not None:
            self.seconds[called or self._step] = time.perf_counter() - self._began
        self._step = None

    def expect(self, rows: int | None) -> None:
        """Say how many rows there will be, if that is known."""
        self._expected = rows

    def written(self, rows: int) -> None:
        """Say how many rows there are by now."""
        # there may be more than the last time
        total = None if self._expected is None else max(rows, self._expected)
        of = "" if total is None else f" of {total:,}"
        self._progress.update(self._bar, total=total, completed=rows, rows=f"{rows:,}{of} rows")
