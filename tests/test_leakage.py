"""Columns that only the future knows are planted: neither the scorecard nor a fitted model nor the fit of leads moves."""

import shutil

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import estimate, observe, sources

MONTH = "2025-07"


def with_columns(folder, **tables):
    """The sample company in a folder of its own, with columns more: dict of table to what makes them from it."""
    shutil.copytree(sources.company.SAMPLE, folder)
    for name, add in tables.items():
        path = folder / f"{name}.csv"
        add(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The sample as it is, and with the end of every customer, and every lead, written beside it."""
    subscriptions = pd.read_csv(sources.company.SAMPLE / "subscriptions.csv", dtype=str, keep_default_na=False)
    ends = subscriptions.groupby("customer_id")["ended_on"].agg(lambda days: "" if (days == "").any() else max(days))
    leads = pd.read_csv(sources.company.SAMPLE / "leads.csv", dtype=str, keep_default_na=False)
    bought = set(leads.loc[leads["customer_id"] != "", "lead_id"])
    base = tmp_path_factory.mktemp("leakage")
    told = with_columns(
        base / "told",
        customers=lambda frame: frame.assign(ends=(known := frame["customer_id"].map(ends).fillna("")), left=np.where(known == "", "no", "yes"),
                                             year_it_ends=known.str[:4]),
        leads=lambda frame: frame.assign(won=np.where(frame["lead_id"].isin(bought), "yes", "no")),
    )  # fmt: skip
    return with_columns(base / "clean"), told


def predictions(folder):
    """What each score, learnt and asked as of the month, says of every customer that pays then."""
    snapshot = sources.open_snapshot(folder, month=MONTH)
    months = observe.scored_months(snapshot, horizon_months=3, test_months=3, train_months=6)
    inputs = observe.score_inputs(snapshot.as_of(months.tested_from), horizon_months=3)
    history = observe.customer_months(snapshot, inputs, months=months.all, horizon_months=3)
    train, test = months.split(history)
    return {score.method: score.predict(test) for score in estimate.fit_scores(train, estimate.scorecard_points(observe.input_labels(inputs)))}


def test_neither_the_scorecard_nor_a_model_moves(folders):
    clean, told = (predictions(folder) for folder in folders)
    assert set(clean) == {"scorecard", "logistic", "boosting"}
    for method, expected in clean.items():
        np.testing.assert_array_equal(told[method], expected)


def lead_fit(folder):
    """The steps of the notebook: last year's profile, its points, and what became of the leads."""
    snapshot = sources.open_snapshot(folder, month="2026-10")
    attributes = estimate.changing_attributes(observe.attribute_outcomes(snapshot))
    later = attributes.loc[attributes["withheld"], "attribute"]
    past = observe.earlier(snapshot, months=12)
    profile = estimate.ideal_customer_profile(observe.traits(past), known_later=later)
    points = estimate.lead_points(profile, observe.shared_traits(past))
    return set(later), points, estimate.lead_backtest(observe.lead_outcomes(snapshot), points)


def test_the_fit_of_leads_does_not_move_and_the_planted_attributes_are_named(folders):
    (nothing, expected, backtest), (later, points, told) = (lead_fit(folder) for folder in folders)
    assert nothing == set() and later >= {"left", "year_it_ends"}
    assert set(points["attribute"]) == {"employees", "industry", "acquisition_channel"}
    pd.testing.assert_frame_equal(points, expected)
    pd.testing.assert_frame_equal(told, backtest)


def test_what_is_planted_would_have_been_seen(folders):
    """The check can fail: let in by name, the end of each customer foretells it."""
    snapshot = sources.open_snapshot(folders[1], month=MONTH)
    inputs = observe.score_inputs(snapshot.as_of("2025-04"), horizon_months=3, attributes="left")
    history = observe.customer_months(snapshot, inputs, months=["2025-04"], horizon_months=3)
    churned = history.groupby("attribute_left", observed=True)["churned"].mean()
    assert churned["no"] < 0.01 < 0.1 < churned["yes"]  # some leave and return
