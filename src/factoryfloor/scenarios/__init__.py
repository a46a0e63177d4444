"""Scenarios: functions that compose factories, built once, and had for the price of one clone."""

from __future__ import annotations

from .catalogue import Catalogue
from .definition import Scenario, scenario
from .description import data_of
from .record import Record
from .snapshots import Snapshot, Snapshots
from .values import decode, encode

__all__ = [
    "Catalogue",
    "Record",
    "Scenario",
    "Snapshot",
    "Snapshots",
    "data_of",
    "decode",
    "encode",
    "scenario",
]
