"""What a database holds that somebody put there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

# Objects made after initdb have an oid from 16384; what an extension owns is counted as extension.
_OBJECTS: Final = """
WITH owned AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
held (sort, one, many, name) AS (
    SELECT CASE WHEN relkind IN ('r', 'p', 'f') THEN 1 WHEN relkind = 'S' THEN 3 ELSE 2 END,
        CASE WHEN relkind IN ('r', 'p', 'f') THEN 'table' WHEN relkind = 'S' THEN 'sequence'
             WHEN relkind = 'c' THEN 'type' ELSE 'view' END,
        CASE WHEN relkind IN ('r', 'p', 'f') THEN 'tables' WHEN relkind = 'S' THEN 'sequences'
             WHEN relkind = 'c' THEN 'types' ELSE 'views' END, relname
    FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
        AND relpersistence <> 't' AND ('pg_class'::regclass, oid) NOT IN (SELECT * FROM owned)
    UNION ALL SELECT 4, 'type', 'types', typname FROM pg_type
    WHERE oid >= 16384 AND typrelid = 0 AND typcategory <> 'A'
        AND ('pg_type'::regclass, oid) NOT IN (SELECT * FROM owned)
    UNION ALL SELECT 5, 'function', 'functions', proname FROM pg_proc
    WHERE oid >= 16384 AND ('pg_proc'::regclass, oid) NOT IN (SELECT * FROM owned)
    UNION ALL SELECT 6, 'schema', 'schemas', nspname FROM pg_namespace
    WHERE oid >= 16384 AND nspname <> 'public' AND nspname NOT LIKE 'pg\\_%'
    UNION ALL SELECT 7, 'extension', 'extensions', extname FROM pg_extension
    WHERE extname <> 'plpgsql'
    UNION ALL SELECT 8, 'large object', 'large objects', oid::text FROM pg_largeobject_metadata
    UNION ALL SELECT 9, 'foreign server', 'foreign servers', srvname FROM pg_foreign_server
    UNION ALL SELECT 10, 'publication', 'publications', pubname FROM pg_publication
    UNION ALL SELECT 11, 'event trigger', 'event triggers', evtname FROM pg_event_trigger
)
SELECT count(*), CASE count(*) WHEN 1 THEN one ELSE many END,
    (array_agg(name::text ORDER BY name::text))[1:2]
FROM held GROUP BY sort, one, many ORDER BY sort, one
"""

_VISITORS: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
"""


def contents(connection: psycopg.Connection[TupleRow]) -> str | None:
    """The objects of the connected database in words, or None when it is empty.

    For example "12 tables, such as customers, orders; 1 extension, such as citext".
    """
    found = connection.execute(_OBJECTS).fetchall()
    return "; ".join(f"{n} {kind}, such as {', '.join(names)}" for n, kind, names in found) or None


def visitors(connection: psycopg.Connection[TupleRow]) -> int:
    """How many others are connected to the same database."""
    found = connection.execute(_VISITORS).fetchone()
    assert found is not None
    return int(found[0])
