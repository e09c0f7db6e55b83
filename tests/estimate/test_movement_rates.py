"""Rates of movements: by hand, two companies' truths, sums over months, nothing to divide by; and the vendors' examples in tests/reference."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import movement_rates
from lifecycle_utils.observe import mrr_movements
from lifecycle_utils.observe.movements import COLUMNS
from lifecycle_utils.sources import open_snapshot
from tests.companies import write_mrr_playbook, write_ravenstack

TRUTH = {
    "gross_mrr_churn_rate": "gross_mrr_churn_rate", "net_mrr_churn_rate": "net_mrr_churn_rate", "grr": "gross_revenue_retention",
    "nrr_excl_reactivation": "net_revenue_retention", "logo_churn_rate": "customer_churn_rate", "quick_ratio": "quick_ratio",
    "quick_ratio_incl_reactivation": "quick_ratio_with_reactivation", "arpa_end": "average_mrr",
}  # fmt: skip


@pytest.mark.parametrize(("write", "month", "truth"), [
    (write_mrr_playbook, "2020-02", "mrr_playbook_movements.csv"), (write_ravenstack, "2024-12", "ravenstack_account_movements_month_end.csv"),
])  # fmt: skip
def test_rates_equal_the_truth_in_every_month(shared_data, tmp_path, write, month, truth):
    truth = pd.read_csv(shared_data / "truth" / truth)
    rates = movement_rates(mrr_movements(open_snapshot(write(shared_data, tmp_path), month=month)))
    assert len(rates) == len(truth)
    for theirs, ours in TRUTH.items():
        np.testing.assert_allclose(rates[ours].to_numpy(), truth[theirs].to_numpy(), rtol=1e-12, atol=1e-12, equal_nan=True, err_msg=ours)


def movements(**columns):
    frame = pd.DataFrame(columns)
    names = [name for name in COLUMNS if name != "month" and name not in frame]
    return frame.assign(month=[f"2026-{number + 1:02d}" for number in range(len(frame))], **dict.fromkeys(names, 0.0))


def test_several_months_weigh_by_their_opening_mrr():
    rates = movement_rates(movements(opening_mrr=[100, 900], churn=[-50.0, -90.0], opening_customers=[10, 90], churned_customers=[5, 5]), months=12)
    assert rates["months"].tolist() == [1, 2]
    assert rates["gross_mrr_churn_rate"].tolist() == [0.5, 0.14]  # not the mean of 50 % and 10 %
    assert rates["customer_churn_rate"].tolist() == [0.5, 0.1]
    assert (rates["lower"] < rates["customer_churn_rate"]).all() and (rates["customer_churn_rate"] < rates["upper"]).all()


def test_nothing_to_divide_by_is_blank():
    rates = movement_rates(movements(new=[10.0, 0.0], opening_mrr=[0, 10]))
    assert rates["quick_ratio"].isna().all()  # nothing lost: no ratio, rather than an infinite one
    assert np.isnan(rates["gross_mrr_churn_rate"][0]) and rates["gross_mrr_churn_rate"][1] == 0
    with pytest.raises(EstimateError, match="movements lack churn"):
        movement_rates(movements(new=[1.0]).drop(columns="churn"))
