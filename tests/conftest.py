"""Fixtures of all tests. Real data lies beside the project and is never copied into it."""

import os
from pathlib import Path

import hypothesis
import pytest

# a busy machine is no reason to fail: what is right is tested, not how fast
hypothesis.settings.register_profile("kit", deadline=None)
hypothesis.settings.load_profile("kit")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real and public data with its truths; tests that need it skip loudly where it is not."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"REAL DATA MISSING: {SHARED_DATA} is not there, so nothing is checked against it")
    return SHARED_DATA


def pytest_terminal_summary(terminalreporter):
    """Say at the end what was not checked."""
    missing = [report for report in terminalreporter.stats.get("skipped", []) if "REAL DATA MISSING" in str(report.longrepr)]
    if missing:
        terminalreporter.write_line(f"{len(missing)} tests against real data were skipped: {SHARED_DATA} is missing", yellow=True)


def pytest_sessionfinish(session, exitstatus):
    """With the real data there, a test that skips for want of it hides a hole: CI refuses."""
    if os.environ.get("CI") and SHARED_DATA.is_dir() and exitstatus == 0:
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if any("REAL DATA MISSING" in str(report.longrepr) for report in reporter.stats.get("skipped", [])):
            session.exitstatus = 1
