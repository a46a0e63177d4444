"""The matrix covers what it promises, and a suite that did not pass cannot look as if it had."""

from __future__ import annotations

import pytest

from matrix import servers
from matrix.combinations import COMBINATIONS
from matrix.environments import ROOT
from matrix.report import Result, table
from matrix.suites import read

PASSED = "..\n2 passed, 1 skipped in 3.21s\n"
FAILED = (
    "F.\nFAILED tests/test_a.py::test_b - assert 1 == 2\n1 failed, 1 passed in 63.2s (0:01:03)\n"
)


def test_every_version_of_postgresql_is_in_it() -> None:
    assert {each.postgres for each in COMBINATIONS} == {"15", "16", "17.7", "18"}


def test_every_lock_file_exists() -> None:
    missing = [lock for each in COMBINATIONS for lock in each.locks if not (ROOT / lock).exists()]

    assert missing == []


def test_a_suite_that_passed_is_counted() -> None:
    outcome = read(PASSED, 0, 3.21)

    assert str(outcome) == "2 passed, 1 skipped"
    assert outcome.failures == ()


def test_tests_that_failed_are_named() -> None:
    outcome = read(FAILED, 1, 63.2)

    assert str(outcome) == "1 failed, 1 passed"
    assert outcome.failures == ("FAILED tests/test_a.py::test_b - assert 1 == 2",)


@pytest.mark.parametrize("said", ["", "no such file: pytest\n", PASSED])
def test_a_suite_that_ended_badly_failed_whatever_it_said(said: str) -> None:
    outcome = read(said, 4, 0.1)

    assert Result("newest", outcomes={"library": outcome}).failed


def test_what_is_missing_is_named_with_its_remedy_and_is_no_failure() -> None:
    result = Result("postgresql-15", missing="install it")

    assert not result.failed
    assert table([result]).endswith("postgresql-15: not on this machine: install it")


def test_what_could_not_be_made_failed() -> None:
    result = Result("newest", broken="no space left")

    assert result.failed
    assert table([result]).endswith("newest: broken: no space left")


def test_a_machine_without_postgresql_15_is_told_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(servers, "FOLDERS_OF_15", ())

    with pytest.raises(servers.UnavailableError, match="postgresql-15"):
        servers.check("15")


def test_a_machine_without_npm_is_told_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(servers.UnavailableError, match=r"npm|Linux"):
        servers.check("17.7")
