"""Other companies from the same machine: another truth, another size, a later beginning of the data."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import simulate, sources
from lifecycle_utils.errors import UsageError
from tests.simulate.counting import deviations, first_spells, hazards, tenures

PAYING = ("subscriptions", "customers", "exchange_rates")


def test_a_flat_hazard_is_flat():
    flat = simulate.TRUTH.plain(hazard=(0.05,))
    table = simulate.company(customers=20_000, truth=flat, seed=3, tables=("subscriptions",))["subscriptions"]
    at_risk, left = hazards(*tenures(first_spells(table)), 36)
    assert np.abs(deviations(at_risk, left, np.full(36, 0.05))).max() < 4


def test_what_customers_pay_does_not_depend_on_other_tables(frames):
    fast = simulate.company(tables=PAYING)["subscriptions"]
    columns = ["started_on", "ended_on", "mrr", "currency", "plan", "billing_interval"]
    full = frames["subscriptions"]
    same = [table[table["mrr"] > 0][columns].sort_values(columns, ignore_index=True) for table in (fast, full)]
    pd.testing.assert_frame_equal(*same)


def test_data_that_begins_later_is_a_part_of_the_whole(frames):
    day = np.datetime64("2025-01-15")
    late = simulate.company(observed_from="2025-01-15")
    whole, part = (first_spells(tables["subscriptions"]) for tables in (frames, late))
    assert set(part.index) == set(whole.index[~(whole["ended_on"] <= day)])
    pd.testing.assert_frame_equal(part, whole.loc[part.index])
    assert (part["started_on"] < day).sum() > 500, "those who were there before keep their true start"
    for name, column in (("leads", "created_on"), ("usage", "used_on"), ("feedback", "answered_on")):
        assert late[name][column].min() >= day
    assert late["marketing"]["month"].min() == "2025-01"


def test_the_beginning_of_the_data_is_written_into_the_settings(tmp_path):
    paths = simulate.write_company(tmp_path, customers=40, months=6, tables=("subscriptions",), observed_from="2026-09-01")
    assert [path.name for path in paths] == ["lifecycle.toml", "subscriptions.csv"]
    assert "observed_from = 2026-09-01\n" in paths[0].read_text()


def test_another_seed_is_another_company_and_the_same_seed_the_same():
    one, again, other = (simulate.company(customers=200, seed=seed, tables=PAYING)["subscriptions"] for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)


def test_any_size_has_exactly_its_customers():
    for customers, months in ((1, 1), (7, 2), (500, 12)):
        frames = simulate.company(customers=customers, months=months, seed=9)
        paid = frames["subscriptions"].query("mrr > 0")
        assert paid["customer_id"].nunique() == customers
        assert paid["started_on"].min() >= pd.Timestamp("2026-11-01") - pd.DateOffset(months=months)


def test_the_smallest_company_is_written_and_read(tmp_path):
    simulate.write_company(tmp_path, customers=1, months=1)
    snapshot = sources.open_snapshot(str(tmp_path), month="2026-10")
    assert snapshot.has("feedback") and not [problem for problem in snapshot.problems if problem.severity == "error"]


def test_impossible_requests_are_refused():
    for wrong in ({"customers": 0}, {"months": 0}, {"tables": ("invoices",)}):
        with pytest.raises(UsageError):
            simulate.company(**wrong)
    with pytest.raises(UsageError, match="calendar month"):
        simulate.company(last_month="2026-13")
