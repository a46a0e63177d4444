"""A server that is lost in the middle of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Run = Callable[..., pytest.RunResult]


def test_a_lost_server_costs_the_test_that_it_was_lost_in(
    run_unchecked: Run, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORYFLOOR_RUNTIME_DIR", str(runtime))
    result = run_unchecked(
        test_lost="""
        import os, signal, time
        import pytest
        from factoryfloor.plugin.stash import floor_of
        from shop.factories import AuthorFactory

        def end(process):
            os.kill(process, signal.SIGKILL)
            for _ in range(500):
                try:
                    os.kill(process, 0)
                except ProcessLookupError:
                    return
                time.sleep(0.01)

        def test_before(db):
            AuthorFactory.create()

        def test_in_which_it_is_lost(db, request):
            AuthorFactory.create()
            end(floor_of(request).server.status().server)
            AuthorFactory.create()

        @pytest.mark.parametrize("number", [1, 2])
        def test_after(db, sync_client, number):
            AuthorFactory.create()
            assert sync_client.get("/authors").json() == 1

        @pytest.mark.committed_db
        def test_committed_after(db):
            AuthorFactory.create()
            db.commit()

        def test_whose_server_is_lost_at_its_end(db, request):
            AuthorFactory.create()
            end(floor_of(request).server.status().pid)

        def test_last(db):
            AuthorFactory.create()
    """
    )
    EmbeddedServer().stop()

    result.assert_outcomes(passed=6, failed=1)
