"""Sequences that stand behind the ids already in their tables."""

from __future__ import annotations

from typing import Final

import psycopg

# Sequences owned by a column: 'a' for serial, 'i' for identity.
_ADVANCE: Final = """
DO $$
DECLARE
    found record;
    highest bigint;
BEGIN
    FOR found IN
        SELECT d.refobjid::regclass AS "table", a.attname AS "column", d.objid AS sequence,
            coalesce(pg_sequence_last_value(d.objid), s.seqstart - 1) AS last
        FROM pg_depend d
            JOIN pg_sequence s ON s.seqrelid = d.objid
            JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
            AND d.deptype IN ('a', 'i') AND s.seqincrement > 0
    LOOP
        EXECUTE format('SELECT max(%I) FROM %s', found.column, found.table) INTO highest;
        IF highest > found.last THEN
            PERFORM setval(found.sequence, highest);
        END IF;
    END LOOP;
END
$$
"""


def advance_sequences(conninfo: str) -> None:
    """Set every serial and identity sequence past the highest id in its table.

    Rows inserted with explicit ids do not move a sequence, so the next row would collide.
    """
    with psycopg.connect(conninfo) as connection:
        connection.execute(_ADVANCE)
