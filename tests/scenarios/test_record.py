"""What is kept of a scenario, and what is no record of one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from factoryfloor.scenarios import Record

KEPT: dict[str, Any] = {"values": 1, "data": {"id": 1}, "tables": {"orders": 2, "lines": 3}}


def test_a_record_is_had_back_as_it_was_kept() -> None:
    record = Record({"is": "dict", "items": {}}, {"id": 1}, {"orders": 2}, {"Order": 3})

    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record


def test_what_a_newer_version_kept_besides_is_left_out() -> None:
    record = Record.from_json({**KEPT, "colour": "red"})

    assert record == Record(1, {"id": 1}, {"orders": 2, "lines": 3})


def test_a_record_of_an_older_version_has_no_sequences() -> None:
    assert Record.from_json(KEPT).sequences == {}


@pytest.mark.parametrize(
    "kept,what",
    [
        (None, "no record of a scenario in None"),
        ([1], r"no record of a scenario in \[1\]"),
        ({"data": {}, "tables": {}}, "no record of a scenario in {'data'"),
        ({"values": 1, "tables": {}}, "no object 'data': it has None"),
        ({"values": 1, "data": {}}, "no object 'tables': it has None"),
        ({**KEPT, "data": [1]}, r"no object 'data': it has \[1\]"),
        ({**KEPT, "tables": {"orders": None}}, "'tables' that are no numbers: .*None"),
        ({**KEPT, "sequences": {"Order": "1"}}, "'sequences' that are no numbers: .*'1'"),
    ],
)
def test_what_is_no_record_is_refused(kept: object, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        Record.from_json(kept)
