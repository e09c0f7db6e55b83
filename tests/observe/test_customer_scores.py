"""Scores computed by the engine are those of the model, customer by customer; only counts and short lists leave it."""

import sys

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import estimate, observe, sources
from lifecycle_utils.observe.customer_months import labelled
from lifecycle_utils.observe.fetch import fetch
from tests.companies import write_csv


@pytest.fixture(scope="module")
def scored():
    snapshot = sources.open_snapshot("", month="2026-01")
    months = observe.scored_months(snapshot, horizon_months=3, test_months=3, train_months=9)
    inputs = observe.score_inputs(snapshot.as_of(months.tested_from), horizon_months=3)
    history = observe.customer_months(snapshot, inputs, months=months.all, horizon_months=3)
    points = estimate.scorecard_points(observe.input_labels(inputs))
    return snapshot, inputs, history, estimate.fit_scores(history, points)


def customers_of(scored, number, **options):
    snapshot, inputs, history, scores = scored
    bands = estimate.health_bands(scores[number], history)
    return observe.customer_scores(snapshot, inputs, score=scores[number], scorecard=scores[0], bands=bands, **options), bands


@pytest.mark.parametrize("number", [0, 1, 2], ids=["scorecard", "logistic", "boosting"])
def test_the_engine_and_the_model_agree(scored, number, monkeypatch):
    monkeypatch.setattr(sys.modules["lifecycle_utils.observe.customer_scores"], "_AT_A_TIME", 700)  # several chunks, the last one not full
    snapshot, inputs, _, scores = scored
    customers, bands = customers_of(scored, number)
    frame = labelled(fetch(customers, sort=["customer_id"]), inputs)
    np.testing.assert_allclose(frame["churn_probability"], scores[number].predict(frame), rtol=1e-9)
    np.testing.assert_allclose(frame["health"], scores[0].total(frame), atol=1e-9)
    edges = bands.set_index("band")["from_probability"]
    expected = [next(band for band in edges.index if chance >= edges[band]) for chance in frame["churn_probability"]]
    assert frame["band"].tolist() == expected
    active = observe.revenue(snapshot).set_index("group").loc["all"]
    assert len(frame) == active["active_customers"] and frame["units"].sum() / 10_000 == pytest.approx(active["mrr"])


def test_bands_add_up_to_the_customers(scored):
    _, inputs, _, _ = scored
    customers, bands = customers_of(scored, 1)
    frame = fetch(customers)
    counts = observe.band_counts(customers, bands).set_index("band")
    assert counts.index.tolist() == ["at risk", "watch", "steady", "healthy"]
    for band, rows in frame.groupby("band"):
        assert counts.loc[band, "customers"] == len(rows)
        assert counts.loc[band, "mrr"] == pytest.approx(rows["units"].sum() / 10_000)
        assert counts.loc[band, "expected_churn"] == pytest.approx(rows["churn_probability"].sum(), abs=1e-3)
        assert counts.loc[band, "mrr_at_stake"] == pytest.approx((rows["units"] * rows["churn_probability"]).sum() / 10_000, abs=1e-2)
    values = observe.input_counts(customers, inputs)
    assert (values.groupby("input")["customers"].sum() == len(frame)).all()
    names = [one.name for one in inputs]
    own = labelled(frame, inputs)["usage_level"].value_counts()
    assert values[values["input"] == "usage_level"].set_index("label")["customers"].to_dict() == own.to_dict() and "usage_level" in names


def test_a_list_is_the_band_in_order_and_no_longer_than_asked(scored):
    snapshot, inputs, _, _ = scored
    customers, _ = customers_of(scored, 1)
    frame = fetch(customers)
    expected = frame[frame["band"] == "at risk"].sort_values(["units_at_stake", "customer_id"], ascending=[False, True]).head(7)
    listed = observe.scored_customers(snapshot, customers, inputs, band="at risk", limit=7)
    assert listed["customer_id"].tolist() == expected["customer_id"].tolist()
    assert listed["mrr_at_stake"].tolist() == (expected["units_at_stake"] / 10_000).tolist()
    names = fetch(snapshot.table("customers").select("customer_id", "name")).set_index("customer_id")["name"]
    assert listed["name"].tolist() == names[listed["customer_id"]].tolist()
    largest = observe.scored_customers(snapshot, customers, inputs, band="healthy", order="units", limit=3)
    assert largest["mrr"].is_monotonic_decreasing and len(largest) == 3


def company_of(folder, number):
    """Customers who have nothing but subscriptions; every fifth leaves in its fourth month."""
    rows = []
    for one in range(number):
        year, month = divmod(one % 20, 12)
        start = f"{2022 + year}-{month + 1:02d}-01"
        left = f"{2022 + (one % 20 + 3) // 12}-{(one % 20 + 3) % 12 + 1:02d}-15" if one % 5 == 0 else ""
        rows.append([f"s{one}", f"c{one:04d}", start, left, 10 + one % 7])
    write_csv(folder / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr"], rows)
    return folder


def test_a_company_without_usage_feedback_or_leads_is_scored_and_told_what_is_missing(tmp_path):
    snapshot = sources.open_snapshot(company_of(tmp_path, 400), month="2023-12")
    months = observe.scored_months(snapshot, horizon_months=3, test_months=6)
    inputs = observe.score_inputs(snapshot.as_of(months.tested_from), horizon_months=3)
    assert {one.table for one in inputs} == {"subscriptions"}
    assert list(observe.missing_inputs(snapshot)) == ["usage", "feedback", "leads"]
    history = observe.customer_months(snapshot, inputs, months=months.all, horizon_months=3)
    scores = estimate.fit_scores(history, estimate.scorecard_points(observe.input_labels(inputs)))
    bands = estimate.health_bands(scores[1], history)
    customers = observe.customer_scores(snapshot, inputs, score=scores[1], scorecard=scores[0], bands=bands)
    assert observe.band_counts(customers, bands)["customers"].sum() == 320
    assert observe.scored_customers(snapshot, customers, inputs, band="healthy", limit=2)["name"].str.startswith("c").all()  # the id, where nobody has a name


def test_a_company_younger_than_the_horizon_is_ranked_by_points_and_no_chance_is_told(tmp_path):
    write_csv(tmp_path / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr"],
              [["a", "a", "2024-01-05", "", 10], ["b", "b", "2024-02-05", "", 20]])
    write_csv(tmp_path / "usage.csv", ["customer_id", "used_on", "feature", "events"], [["a", "2024-02-20", "x", 1]])
    snapshot = sources.open_snapshot(tmp_path, month="2024-02")
    months = observe.scored_months(snapshot, horizon_months=3)
    inputs = observe.score_inputs(snapshot.as_of(months.tested_from), horizon_months=3)
    history = observe.customer_months(snapshot, inputs, months=months.all, horizon_months=3)
    assert history.empty and months.all == []
    score = estimate.fit_score(history, estimate.scorecard_points(observe.input_labels(inputs)))
    assert score.method == "scorecard" and score.details["withheld"] == "only 0 of 0 past customer-months ended in churn"
    bands = estimate.health_bands(score, history)
    customers = fetch(observe.customer_scores(snapshot, inputs, score=score, scorecard=score, bands=bands), sort=["customer_id"])
    assert customers["health"].tolist() == [-10 - 10 - 5, -10 - 20 - 10]  # both new; a used one feature on one day, b nothing
    assert customers["churn_probability"].is_monotonic_increasing


def test_whose_points_are_negative_or_use_has_halved_is_not_doing_well(scored):
    _, inputs, _, _ = scored
    customers, _ = customers_of(scored, 1)
    everybody = labelled(fetch(customers, sort=["customer_id"]), inputs)
    fallen = everybody[["usage_trend", "usage_trend_3"]].isin(["stopped", "fell by more than half"]).any(axis=1)
    assert 0 < fallen.sum() < len(everybody) and 0 < (everybody["health"] < 0).sum() < len(everybody)
    well = fetch(observe.doing_well(customers, inputs), sort=["customer_id"])
    assert well["customer_id"].tolist() == everybody.loc[~fallen & (everybody["health"] >= 0), "customer_id"].tolist()


def test_features_may_be_called_anything(tmp_path):
    write_csv(tmp_path / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr"], [["a", "a", "2023-01-05", "", 10]])
    names = ["Export", "export", '"; DROP TABLE usage; --', "input_0", "$x_{"]
    write_csv(tmp_path / "usage.csv", ["customer_id", "used_on", "feature", "events"], [["a", "2024-02-20", name, 1] for name in names])
    snapshot = sources.open_snapshot(tmp_path, month="2024-02")
    inputs = observe.score_inputs(snapshot, horizon_months=3)
    history = observe.customer_months(snapshot.as_of("2024-08"), inputs, months=["2024-02"], horizon_months=3)
    assert all(history[f"uses_{name}"].tolist() == ["1-2"] for name in names)


def test_counts_of_values_do_not_depend_on_the_order_of_rows(scored):
    _, inputs, _, _ = scored
    customers, bands = customers_of(scored, 1)
    once, again = (observe.band_counts(frame, bands) for frame in (customers, customers.sort("units")))
    pd.testing.assert_frame_equal(once, again)
