"""What every test run shares: the figures that tests have counted, printed at its end."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded as "counted": how many points were tried, and what was lost."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, text in report.user_properties:
                if name == "counted":
                    terminalreporter.write_line(f"{text}")
