"""One simulation per session for all tests of the sample company."""

import pytest

from lifecycle_utils import simulate, sources


@pytest.fixture(scope="session")
def frames():
    """The committed sample company, as frames."""
    return simulate.company()


@pytest.fixture(scope="session")
def many():
    """So many customers of the same truth that chance hardly matters; only what they pay and who they are."""
    return simulate.company(customers=60_000, seed=11, tables=("subscriptions", "customers"))


@pytest.fixture(scope="session")
def snapshot():
    """The committed sample company, as the kit reads it."""
    return sources.open_snapshot("", month="2026-10")
