"""Layers and shares of earlier customers: by hand, adding up on a real company, fiscal years, and the months of the year before."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import layer_cake, share_of_earlier_customers
from lifecycle_utils.estimate.layer_cake import period_begin
from lifecycle_utils.observe import cohort_revenue, mrr_movements
from lifecycle_utils.sources import open_snapshot
from tests.companies import write_mrr_playbook


def cohorts(*rows):
    return pd.DataFrame(rows, columns=["cohort_month", "tenure_month", "mrr"]).assign(customers=1)


def test_layers_add_up_to_the_movements(shared_data, tmp_path):
    snapshot = open_snapshot(write_mrr_playbook(shared_data, tmp_path), month="2019-12")
    movements = mrr_movements(snapshot).set_index("month")
    for period in ("year", "quarter", "month"):
        cake = layer_cake(cohort_revenue(snapshot), period=period)
        sums = cake.groupby("month")[["customers", "mrr"]].sum()
        assert sums["mrr"].tolist() == movements["closing_mrr"].tolist()
        assert sums["customers"].tolist() == movements["closing_customers"].tolist()
    december = layer_cake(cohort_revenue(snapshot)).query("month == '2019-12'").set_index("layer")
    assert december["mrr"].sum() == 1255 and december["share"].sum() == pytest.approx(1)


def test_a_share_is_over_money_not_over_cohorts():
    rows = cohorts(("2025-11", 2, 10.0), ("2025-12", 1, 90.0), ("2026-01", 0, 100.0))
    shares = share_of_earlier_customers(rows).query("month == '2026-01'").set_index("period")["share"]
    assert shares.to_dict() == {"month": 0.5, "quarter": 0.5, "year": 0.5}


def test_month_quarter_and_year_begin_where_the_company_says():
    rows = cohorts(("2025-03", 14, 1.0), ("2026-01", 4, 2.0), ("2026-03", 2, 4.0), ("2026-04", 1, 8.0), ("2026-05", 0, 16.0))
    calendar = share_of_earlier_customers(rows).query("month == '2026-05'").set_index("period")
    assert calendar["earlier_mrr"].to_dict() == {"month": 15, "quarter": 7, "year": 1}
    february = share_of_earlier_customers(rows, fiscal_year_start=2).query("month == '2026-05'").set_index("period")
    assert february["begins"].to_dict() == {"month": "2026-05", "quarter": "2026-05", "year": "2026-02"}
    assert february["earlier_mrr"].to_dict() == {"month": 15, "quarter": 15, "year": 3}


def test_the_year_before_is_the_same_month():
    rows = cohorts(("2024-01", 12, 30.0), ("2025-01", 0, 10.0), ("2024-01", 24, 30.0), ("2025-01", 12, 10.0), ("2026-01", 0, 60.0))
    row = share_of_earlier_customers(rows).query("month == '2026-01' and period == 'month'").iloc[0]
    assert row[["share", "share_year_before", "change"]].tolist() == [0.4, 0.75, pytest.approx(-0.35)]
    assert np.isnan(share_of_earlier_customers(rows).query("month == '2025-01'")["change"]).all()


def test_blank_rows_are_no_revenue_and_months_without_any_have_no_share():
    rows = cohorts(("2026-01", 0, 10.0), ("2026-01", 1, 0.0), ("2026-01", 2, np.nan))
    cake = layer_cake(rows)
    assert cake["month"].tolist() == ["2026-01", "2026-02"] and np.isnan(cake["share"][1])
    with pytest.raises(EstimateError, match="period = 'week' is not one of month, quarter, year"):
        period_begin("2026-01", "week")
