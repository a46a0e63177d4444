"""Without a table the plugin is not there."""

from __future__ import annotations

import pytest


def test_without_a_table_nothing_is_defined_and_nothing_heavy_imported(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        """
        import sys

        import pytest

        def test_nothing_heavy_is_imported():
            heavy = {"sqlalchemy", "psycopg", "factory", "faker", "factoryfloor.settings.model"}
            assert "factoryfloor.plugin" in sys.modules
            assert heavy.isdisjoint(sys.modules)

        @pytest.mark.parametrize("name", ["db", "client", "reset_sequences"])
        def test_no_fixture_is_defined(request, name):
            with pytest.raises(pytest.FixtureLookupError):
                request.getfixturevalue(name)
        """
    )

    result = pytester.runpytest_subprocess("-p", "factoryfloor.plugin")

    result.assert_outcomes(passed=4)
    result.stdout.no_fnmatch_line("factoryfloor: --factory-seed*")


def test_an_option_names_a_configuration_elsewhere(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("--factory-config", "absent.toml")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: factoryfloor: *absent.toml: there is no such*"])
