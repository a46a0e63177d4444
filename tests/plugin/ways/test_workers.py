"""Workers of pytest-xdist have databases of their own, however tests are dealt out to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., pytest.RunResult]


@pytest.mark.parametrize(
    "options",
    [
        "-n 2 --dist load -p randomly --randomly-seed=3",
        "-n 2 --dist loadscope -o asyncio_mode=strict",
        "-n 2 --dist loadfile -o asyncio_default_test_loop_scope=session",
        "-n 2 --dist loadgroup -W error --import-mode=importlib",
        "-n 2 --dist worksteal --cov=shop --durations=3",
    ],
)
def test_every_way_to_deal_tests_out(run: Run, suite: int, options: str) -> None:
    run(*options.split()).assert_outcomes(passed=suite)


def test_each_worker_runs_all_tests(run: Run, suite: int) -> None:
    result = run("-n", "2", "--dist", "each", "-p", "no:cacheprovider")

    result.assert_outcomes(passed=2 * suite)


def test_eight_workers_have_a_database_each(run: Run, suite: int, shop: Path) -> None:
    run("-n", "8", "-p", "randomly", "--randomly-seed=8").assert_outcomes(passed=suite)

    names = [line.partition(":")[0] for line in (shop / "left.txt").read_text().splitlines()]
    assert sorted(name[-4:] for name in names) == [f"_gw{number}" for number in range(8)]
    assert len({name[:-4] for name in names}) == 1
