"""One customer: found by id or name, its months counted by hand, its rows as the company brought them."""

import math

import pytest

from lifecycle_utils import observe
from lifecycle_utils.errors import UsageError
from tests.observe.stage_company import open_company

SUBSCRIPTIONS = ["s1,a,2026-01-10,2026-01-20,0", "s1,a,2026-01-20,2026-03-05,10", "s1,a,2026-03-05,,15", "s2,b,2026-01-05,2026-02-15,30",
                 "s3,c,2026-02-01,,12.5"]
USAGE = ["a,2026-01-21,reports,1,a1", "a,2026-01-21,alerts,1,a2", "a,2026-02-22,reports,1,a1", "a,2026-02-23,reports,1,a1", "b,2026-01-20,reports,1,b1"]


@pytest.fixture
def snapshot(tmp_path):
    return open_company(tmp_path, "2026-03", subscriptions=SUBSCRIPTIONS, usage=USAGE)


def test_a_customer_is_found_by_its_id_or_as_the_one_who_pays_most(snapshot):
    assert observe.find_customer(snapshot, "b") == "b"
    assert observe.find_customer(snapshot) == "a"
    with pytest.raises(UsageError, match="no customer has the id or the name 'zz'"):
        observe.find_customer(snapshot, "zz")


def test_a_part_of_a_name_is_enough_if_one_has_it():
    from lifecycle_utils.sources import open_snapshot

    sample = open_snapshot(month="2026-10")
    assert observe.find_customer(sample, "zephyr distr") == "C01094"
    with pytest.raises(UsageError, match=r"'zephyr' is in the names of several customers, such as Zephyr .* \(C0\d+\), .*take the id"):
        observe.find_customer(sample, "zephyr")


def test_months_hold_what_was_paid_at_their_end_and_the_days_of_use(snapshot):
    told = observe.customer_history(snapshot, "a")
    assert told.to_dict("list") == {"month": ["2026-01", "2026-02", "2026-03"], "mrr": [10.0, 10.0, 15.0], "days_used": [1.0, 2.0, 0.0]}
    left = observe.customer_history(snapshot, "b")
    assert left["mrr"].tolist() == [30.0, 0.0, 0.0] and left["days_used"].tolist() == [1.0, 0.0, 0.0]
    with pytest.raises(UsageError, match="no customer 'zz'"):
        observe.customer_history(snapshot, "zz")


def test_without_usage_no_use_is_told(tmp_path):
    told = observe.customer_history(open_company(tmp_path, "2026-03", subscriptions=SUBSCRIPTIONS), "a")
    assert all(math.isnan(days) for days in told["days_used"])


def test_rows_are_as_the_company_brought_them_up_to_the_month(snapshot):
    rows = observe.customer_rows(snapshot, "subscriptions", "a")
    assert rows["mrr"].tolist() == [0.0, 10.0, 15.0] and "_row" not in rows
    assert len(observe.customer_rows(snapshot.as_of("2026-02"), "subscriptions", "a")) == 2
    assert observe.customer_facts(snapshot, "a")[["mrr", "active", "tenure"]].tolist() == [15.0, True, 2]
