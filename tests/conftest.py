"""What every test run shares: the figures that tests have counted, printed at its end."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is; what hangs ends by pytest's timeout.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded as "counted", and the sum of their "points" and "lost"."""
    told = [
        each
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for each in report.user_properties
    ]
    sums = {"points": 0, "lost": 0}
    for name, value in told:
        if name == "counted":
            terminalreporter.write_line(str(value))
        if name in sums:
            assert isinstance(value, int)
            sums[name] += value
    if sums["points"]:
        terminalreporter.write_line(f"tried {sums['points']:,} points: lost {sums['lost']:,}")
