"""Whether customers with a trait stay longer and are worth more: by hand, and under a known truth."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.estimate.lifetime_value import lifetime_value
from lifecycle_utils.estimate.log_rank import log_rank
from lifecycle_utils.estimate.trait_worth import trait_worth
from tests.estimate.simulated import simulated_company

FOUND = pd.DataFrame({"attribute": ["size"], "value": ["large"]})


def company(seed, **hazards):
    """Tenures and revenue by size, with the group "all"; each size has a hazard and an average MRR."""
    chance, tenures, revenue = np.random.default_rng(seed), [], []
    for name, (customers, hazard, mrr) in hazards.items():
        stay, pay = simulated_company(chance, np.full(customers, hazard), months=48, average_mrr=mrr)
        tenures.append(stay[["group", "entry", "tenure", "churned", "customers"]].assign(group=name))
        revenue.append(pay.assign(group=name))
    every = pd.concat(tenures).groupby(["entry", "tenure", "churned"], as_index=False)["customers"].sum().assign(group="all")
    return pd.concat([every, *tenures], ignore_index=True).assign(attribute="size"), pd.concat(revenue, ignore_index=True).assign(attribute="size")


def test_a_trait_that_keeps_customers_is_told_from_one_that_does_not():
    tenures, revenue = company(1, large=(600, 0.01, 100.0), small=(800, 0.04, 100.0), tiny=(600, 0.04, 100.0))
    told = trait_worth(pd.concat([FOUND, FOUND.assign(value="tiny")]), tenures, revenue).set_index("value")
    assert told["stays"].to_dict() == {"large": "longer", "tiny": "less long"} and told["worth"].to_dict() == {"large": "more", "tiny": "less"}
    assert told.loc["large", "survival"] == pytest.approx(0.99**12, abs=0.03) and told.loc["large", "survival_without"] == pytest.approx(0.96**12, abs=0.03)
    assert told.loc["large", "survival_gain"] == pytest.approx(told.loc["large", "survival"] - told.loc["large", "survival_without"])
    assert told.loc["large", "survival_lower"] < told.loc["large", "survival_gain"] < told.loc["large", "survival_upper"]


def test_the_others_are_put_together_as_if_they_had_been_one_group():
    tenures, revenue = company(2, large=(300, 0.02, 300.0), small=(500, 0.03, 100.0), tiny=(400, 0.05, 50.0))
    told = trait_worth(FOUND, tenures, revenue, gross_margin=0.8).iloc[0]
    small, tiny = (revenue.set_index("group").loc[name] for name in ("small", "tiny"))
    mean = (500 * small["average_mrr"] + 400 * tiny["average_mrr"]) / 900
    squares = sum((n - 1) * one["variance_mrr"] + n * one["average_mrr"] ** 2 for n, one in ((500, small), (400, tiny)))
    pooled = pd.DataFrame({"group": ["without"], "customers": [900], "average_mrr": [mean], "variance_mrr": [(squares - 900 * mean**2) / 899]})
    rest = tenures[tenures["group"].isin(["small", "tiny"])].assign(group="without").drop(columns="attribute")
    expected = lifetime_value(rest, pooled, horizons_months=(36,), gross_margin=0.8, draws=1000).set_index("method").loc["restricted_mean"]
    assert told["value_without"] == pytest.approx(expected["value"])
    two = tenures[tenures["group"] != "all"].assign(group=lambda frame: np.where(frame["group"] == "large", "large", "rest"))
    assert told["log_rank_p"] == pytest.approx(log_rank(two)["p_value"].iloc[0])


def test_who_only_pays_more_is_worth_more_and_stays_no_longer():
    tenures, revenue = company(3, large=(800, 0.03, 300.0), small=(800, 0.03, 100.0))
    told = trait_worth(FOUND, tenures, revenue).iloc[0]
    assert (told["stays"], told["worth"]) == ("no difference", "more") and told["gain_lower"] > 0


def test_too_young_to_say():
    tenures, revenue = company(4, large=(60, 0.03, 300.0), small=(60, 0.03, 100.0))
    young = tenures.assign(churned=tenures["churned"] & (tenures["tenure"] <= 6), tenure=tenures["tenure"].clip(upper=6))
    told = trait_worth(FOUND, young.groupby(["attribute", "group", "entry", "tenure", "churned"], as_index=False)["customers"].sum(), revenue).iloc[0]
    assert (told["stays"], told["worth"]) == ("", "") and np.isnan(told["survival_gain"])
    assert trait_worth(FOUND.iloc[:0], tenures, revenue).empty
