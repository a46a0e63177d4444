"""The records of every database that factoryfloor makes, each written before its database."""

from __future__ import annotations

import enum
import os
import secrets
import socket
from typing import TYPE_CHECKING, Any, Final

from psycopg.types.json import Json

from .locks import NAMES, Locks

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow


class Standing(enum.Enum):
    """Whose a database is."""

    MISSING = "there is none of this name"
    OURS = "recorded, and the very one that was recorded"
    FOREIGN = "made by somebody else"


# A recorded name whose database has another oid was dropped and made anew by somebody else.
_STANDING: Final = """
SELECT d.oid IS NOT NULL, r.name IS NOT NULL AND (r.oid IS NULL OR r.oid = d.oid)
FROM (SELECT %s::text AS name) wanted
    LEFT JOIN databases r USING (name) LEFT JOIN pg_database d ON d.datname = wanted.name
"""

_RECORD: Final = """
INSERT INTO databases (name, kind, project, digest, state, owner)
SELECT %(name)s, %(kind)s, source.project, source.digest, 'building', %(owner)s FROM source
ON CONFLICT (name) DO UPDATE
SET (kind, project, digest, state, owner, oid, record, home, world, created_at, used_at)
    = (EXCLUDED.kind, EXCLUDED.project, EXCLUDED.digest, 'building', EXCLUDED.owner, NULL,
       NULL, NULL, NULL, now(), now())
"""

_FROM_VALUES: Final = "WITH source (project, digest) AS (VALUES (%(project)s, %(digest)s))"
_FROM_TEMPLATE: Final = """
WITH source AS (
    UPDATE databases SET used_at = now()
    WHERE name = %(template)s AND kind = 'template' AND state = 'ready' RETURNING project, digest
)
"""

_IDENTIFY: Final = """
UPDATE databases SET oid = (SELECT oid FROM pg_database WHERE datname = %(name)s),
    state = CASE WHEN %(whole)s THEN 'ready' ELSE state END
WHERE name = %(name)s
"""

_TOUCH: Final = """
UPDATE databases SET used_at = now()
WHERE name = %s AND kind = 'template' AND state = 'ready'
    AND EXISTS (SELECT FROM pg_database d WHERE d.oid = databases.oid AND d.datname = name)
"""

# What nobody needs if nobody holds its name's lock; a world is needed while it stands in its home's
# place, whether requests are in flight there or not.
_STALE: Final = """
(kind = 'clone' AND state <> 'kept' AND NOT EXISTS (SELECT FROM databases homes
    WHERE homes.name = databases.home AND homes.world = databases.name)
OR kind = 'template' AND (state = 'building'
    OR split_part(project, ':', 1) = %(project)s AND digest <> %(digest)s
        AND used_at < now() - interval '7 days'))
"""

_REPLACED: Final = """
SELECT name FROM databases WHERE kind = 'template' AND project = %s AND digest <> %s
"""
_LATEST: Final = """
SELECT record FROM databases WHERE kind = 'template' AND project = %s AND record IS NOT NULL
ORDER BY used_at DESC LIMIT 1
"""
_RETIRE: Final = """
UPDATE databases SET state = 'building' WHERE name = %s AND kind = 'template' AND project = %s
"""

_FORGET: Final = """
WITH struck AS (DELETE FROM databases WHERE name = %s)
SELECT name FROM databases WHERE home = %s
"""

_LOCKED: Final = """
EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = %(names)s
    AND l.objid = hashtext(name)::oid AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


class Registry:
    """The records, and the locks that say which of them a living process uses."""

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        self.connection = connection
        self.locks = Locks(connection)
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    def standing(self, name: str) -> Standing:
        """Whose the database of this name is."""
        found = self.connection.execute(_STANDING, [name]).fetchone()
        assert found is not None
        exists, ours = found
        if not exists:
            return Standing.MISSING
        return Standing.OURS if ours else Standing.FOREIGN

    def record_template(self, name: str, project: str, digest: str) -> None:
        """Write down a template that is about to be made."""
        values = {"name": name, "kind": "template", "owner": self._owner}
        values |= {"project": project, "digest": digest}
        self.connection.execute(_FROM_VALUES + _RECORD, values)

    def record_clone(self, name: str, template: str) -> bool:
        """Write down a clone that is about to be made, unless there is no such template."""
        values = {"name": name, "kind": "clone", "owner": self._owner, "template": template}
        return self.connection.execute(_FROM_TEMPLATE + _RECORD, values).rowcount == 1

    def record_empty(self, name: str) -> None:
        """Write down a database without a schema that is about to be made."""
        values = {"name": name, "kind": "clone", "owner": self._owner}
        values |= {"project": "", "digest": ""}
        self.connection.execute(_FROM_VALUES + _RECORD, values)

    def identify(self, name: str, *, whole: bool) -> None:
        """Write down which database of this name was made, and whether it is whole already."""
        self.connection.execute(_IDENTIFY, {"name": name, "whole": whole})

    def complete(self, name: str, record: Any = None) -> None:
        """Write down that the database of this name is whole, and what is to be told of it."""
        self.connection.execute(
            "UPDATE databases SET state = 'ready', record = %s WHERE name = %s",
            [None if record is None else Json(record), name],
        )

    def record(self, name: str) -> Any:
        """What was written down to be told of this database; None if nothing was."""
        query = "SELECT record FROM databases WHERE name = %s"
        found = self.connection.execute(query, [name]).fetchone()
        return None if found is None else found[0]

    def latest(self, family: str) -> Any:
        """What was told last of a template of this project and kind, whatever its digest."""
        found = self.connection.execute(_LATEST, [family]).fetchone()
        return None if found is None else found[0]

    def touch(self, template: str) -> bool:
        """Whether this template is whole; then it counts as used now."""
        return self.connection.execute(_TOUCH, [template]).rowcount == 1

    def keep(self, name: str) -> None:
        """Write down that this database stays although its process ends."""
        self.connection.execute("UPDATE databases SET state = 'kept' WHERE name = %s", [name])

    def forget(self, name: str) -> list[str]:
        """Strike the record of this name; returns the worlds whose home it was."""
        return [world for (world,) in self.connection.execute(_FORGET, [name, name]).fetchall()]

    def stale(self, project: str, digest: str) -> list[str]:
        """The databases that no living process uses and none will use again."""
        query = f"SELECT name FROM databases WHERE {_STALE} AND NOT {_LOCKED}"  # noqa: S608 - constants
        values = {"project": project, "digest": digest, "names": NAMES}
        return [name for (name,) in self.connection.execute(query, values)]

    def replaced(self, family: str, digest: str) -> list[str]:
        """The templates of this very project and kind that have another digest."""
        return [name for (name,) in self.connection.execute(_REPLACED, [family, digest]).fetchall()]

    def retire(self, name: str, family: str) -> bool:
        """Whether this is a template of that kind; then nobody takes it for whole any more."""
        return self.connection.execute(_RETIRE, [name, family]).rowcount == 1

    def condemn(self, name: str, project: str, digest: str) -> bool:
        """Whether this name is still stale; then nobody takes it for a whole template any more."""
        query = f"UPDATE databases SET state = 'building' WHERE name = %(name)s AND {_STALE}"  # noqa: S608 - constants
        values = {"name": name, "project": project, "digest": digest}
        return self.connection.execute(query, values).rowcount == 1
