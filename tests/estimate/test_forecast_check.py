"""Forecast against outcome: by hand, with nothing to look back to, and whole companies whose truth stays as it was."""

from types import SimpleNamespace

import pandas as pd
import pytest

from lifecycle_utils.estimate import forecast_check, forecast_coverage, forecast_summary
from tests.estimate.test_forecast import KNOWN, STEADY


def seen(*, stayed=(132, 40), mrr=(20_000.0, 18_000.0, 17_500.0), **changes):
    """Two months ago 200 new customers in two cohorts, 150 and 50, who paid 100 each."""
    retained = pd.DataFrame({"group": ["all", "2026-01", "2026-02"], "billing_interval": "monthly", "tenure": 0, "followed_months": 2,
                             "customers": [200, 150, 50], "stayed": [sum(stayed), *stayed]})
    realised = pd.concat([
        pd.DataFrame({"group": group, "billing_interval": "monthly", "tenure": 0, "months_ahead": range(3), "customers": round(200 * share),
                      "mrr": [share * value for value in mrr], "mrr_squares": [share * value * 100 for value in mrr], "returned_mrr": 0.0})
        for group, share in (("all", 1.0), ("2026-01", 0.75), ("2026-02", 0.25))
    ])
    known = {"followed": KNOWN, "followed_at_month_ends": KNOWN, "stayers": STEADY, "retained": retained, "realised": realised, "withheld": ""}
    return SimpleNamespace(made_in="2026-02", for_month="2026-04", months=2, **(known | changes))


def test_forecast_and_outcome_by_hand():
    check = forecast_check([seen()])
    assert check.columns[:8].tolist() == ["measure", "made_in", "for_month", "forecast", "lower", "upper", "actual", "covered"]
    rows = check.set_index(["measure", "group", "for_month"])[["forecast", "actual", "covered"]]
    assert rows.loc[("retention", "all", "2026-04")].tolist() == [pytest.approx(0.9 * 0.95), pytest.approx(0.86), True]
    assert rows.loc[("retention", "2026-02", "2026-04"), "actual"] == 0.8
    assert rows.loc[("mrr", "all", "2026-03")].tolist() == [pytest.approx(20_000 * 0.9 * 1.01), 18_000.0, True]
    assert rows.loc[("mrr", "all", "2026-04"), "forecast"] == pytest.approx(20_000 * 0.9 * 0.95 * 1.01**2)
    # two payments each: at the end of February and of March
    assert rows.loc[("lifetime_value", "2026-01", "2026-04")].tolist() == [pytest.approx(100 + 90 * 1.01), pytest.approx(190.0), True]
    assert set(check["measure"]) == {"retention", "mrr", "lifetime_value"} and check["error"].equals(check["forecast"] - check["actual"])


def test_an_outcome_outside_its_interval_is_told():
    check = forecast_check([seen(stayed=(75, 45))]).query("measure == 'retention'").set_index("group")
    assert check["covered"].to_dict() == {"all": False, "2026-01": False, "2026-02": True}


def test_the_summary_counts_groups_apart_from_all():
    check = forecast_check([seen(stayed=(75, 45))])
    summary = forecast_summary(check).set_index("measure")
    assert summary.index.tolist() == ["retention", "mrr", "lifetime_value"]
    row = summary.loc["retention"]
    assert row[["groups", "groups_covered", "coverage"]].tolist() == [2, 1, 0.5]
    assert row["error"] == pytest.approx(0.855 - 0.6) and row["relative_error"] == pytest.approx(0.255 / 0.6)
    assert row["bias"] == pytest.approx((0.855 - 0.5 + 0.855 - 0.9) / 2) and row["mean_absolute_error"] == pytest.approx((0.355 + 0.045) / 2)
    coverage = forecast_coverage(check).set_index("measure")
    assert coverage.loc["retention", ["forecasts", "covered"]].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"withheld": "the data begins on 2026-03-05, after the end of 2026-02"}, "the data begins on 2026-03-05, after the end of 2026-02"),
        ({"retained": seen().retained.head(0)}, "nobody was a customer at the end of 2026-02"),
    ],
)
def test_with_nothing_to_look_back_to_it_is_withheld_for_every_measure(changes, why):
    check = forecast_check([seen(**changes)])
    assert check["measure"].tolist() == ["retention", "mrr", "lifetime_value"] and (check["withheld"] == why).all()
    assert check[["forecast", "lower", "upper", "actual", "error"]].isna().all(axis=None) and check["covered"].isna().all()
    summary = forecast_summary(check)
    assert summary["forecast"].isna().all() and (summary["withheld"] == why).all() and (summary["groups"] == 0).all()
    assert forecast_coverage(check)["coverage"].isna().all()


def test_customers_who_cannot_be_forecast_are_left_out_of_the_outcome_too():
    """A fifth is of an age that nobody was followed beyond; of them all have left, and that is not held against the forecast."""
    base = seen()
    old = base.retained.query("group == 'all'").assign(tenure=2, customers=50, stayed=0)
    check = forecast_check([seen(retained=pd.concat([base.retained, old]))])
    row = check.query("measure == 'retention' and group == 'all'").iloc[0]
    assert row["actual"] == pytest.approx(0.86) and row["left_out"] == pytest.approx(0.2) and row["customers"] == 200
