"""The ideal customer profile under a known truth: what the simulation made ideal is found, by every value, and nothing is found where there is nothing."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import estimate, observe, simulate, sources
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import label_column

#: What `simulate.TRUTH` calls ideal.
IDEAL = {("employees", "51-250"), ("industry", "Logistics"), ("acquisition_channel", "partner")}


@pytest.fixture(scope="module")
def sample():
    return sources.open_snapshot("", month="2026-10")


def profile_of(snapshot, value):
    """The profile, and which of its traits stand by themselves."""
    expected = estimate.expected_months(observe.tenures(snapshot, by="billing_interval"))
    chosen = {"value": value, "months_left": expected}
    later = estimate.changing_attributes(observe.attribute_outcomes(snapshot))
    assert not later["withheld"].any()  # nothing in a simulated company is written afterwards
    profile = estimate.ideal_customer_profile(observe.traits(snapshot, **chosen))
    found = profile[profile["significant"]]
    must_have = estimate.must_have_traits(observe.trait_combinations(snapshot, found, **chosen), found)
    return profile, set(must_have.loc[must_have["kept"], ["attribute", "value"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("value", ["total_revenue", "ltv"])
def test_the_samples_ideal_customer_is_recovered_and_its_shadow_is_told(sample, value):
    profile, kept = profile_of(sample, value)
    assert kept == IDEAL
    significant = profile[profile["significant"]]
    assert set(significant["attribute"]) == {"employees", "industry", "acquisition_channel", "annual_revenue"}  # revenue goes with employees, by construction


def test_another_company_of_the_same_truth(tmp_path):
    simulate.write_company(tmp_path / "other", customers=2500, months=36, seed=11, tables=("subscriptions", "customers"))
    _, kept = profile_of(sources.open_snapshot(tmp_path / "other"), "total_revenue")
    assert kept >= IDEAL and len(kept) <= 4  # of every twenty traits that are found one may be chance's


def test_permuted_labels_give_no_trait_in_95_of_100_of_500_runs(sample):
    """The sample's own attributes, as correlated as they are; who is top is drawn at random."""
    names = sample.attributes["customers"]
    table = sample.table("customers")
    labels = fetch(table.select("customer_id", **{name: label_column(sample, "customers", name, name) for name in names}), sort=["customer_id"])
    codes, counts = {}, []
    for name in names:
        codes[name], values = pd.factorize(labels[name], sort=True)
        counts.append(pd.DataFrame({"attribute": name, "value": values, "customers": np.bincount(codes[name])}))
    counts, chance, false = pd.concat(counts, ignore_index=True), np.random.default_rng(2026), 0
    for _ in range(500):
        top = np.zeros(len(labels))
        top[chance.choice(len(labels), len(labels) // 10, replace=False)] = 1
        hits = np.concatenate([np.bincount(codes[name], weights=top, minlength=codes[name].max() + 1) for name in names]).astype(int)
        false += estimate.ideal_customer_profile(counts.assign(top_customers=hits))["significant"].any()
    assert false <= 0.05 * 500
    assert false > 0  # a test that never errs would find nothing either
