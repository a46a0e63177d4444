"""What a keeper is told when it is started, and what it tells about itself."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

STATUS_FILE = "keeper.json"


class Job(NamedTuple):
    """One server to keep.

    `programs` is the folder that holds `bin`, `folder` the socket's and the keeper's, `cluster`
    where the fresh data directory is cached, `owner` the user id that is served, `uid` and `gid`
    the account to become; `door` and `ready` are descriptors inherited from the starter: the
    locked folder, and the pipe on which it waits.
    """

    programs: str
    version: int
    folder: str
    cluster: str
    owner: int
    uid: int
    gid: int
    idle_timeout: float
    door: int
    ready: int

    def to_json(self) -> str:
        """The job as one argument of a command line."""
        return json.dumps(self._asdict())

    @classmethod
    def from_json(cls, text: str) -> Job:
        """The job that `to_json` wrote."""
        return cls(**json.loads(text))


class Status(NamedTuple):
    """A running keeper: its process, its server's, and the folder with the server's data."""

    pid: int
    server: int
    data: Path

    def write(self, folder: Path) -> None:
        """Leave the status in the keeper's folder, whole or not at all."""
        draft = folder / f"{STATUS_FILE}.new"
        content = {"pid": self.pid, "server": self.server, "data": str(self.data)}
        draft.write_text(json.dumps(content), encoding="utf-8")
        os.replace(draft, folder / STATUS_FILE)  # noqa: PTH105 - Path.replace says the same longer

    @classmethod
    def read(cls, folder: Path) -> Status | None:
        """The status last written there, which says nothing about whether the keeper lives."""
        try:
            found = json.loads((folder / STATUS_FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return cls(found["pid"], found["server"], Path(found["data"]))
