"""Lead fit: by hand, and whether the back-test tells a profile that holds from one that does not."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import estimate
from lifecycle_utils.errors import EstimateError

PROFILE = pd.DataFrame({
    "attribute": ["industry", "industry", "country", "secret"], "value": ["Logistics", "Retail", "Poland", "yes"], "shrunken_lift": [2.0, 0.5, 1.1, 9.0],
    "significant": [True, False, False, True],
})


def test_points_are_the_logarithms_of_lifts_where_something_was_found():
    points = estimate.lead_points(PROFILE, ["industry", "country"])
    assert points["attribute"].unique().tolist() == ["industry"]  # nothing was found in countries, and leads have no secret
    assert points.set_index("value")["points"].to_dict() == pytest.approx({"Logistics": np.log(2), "Retail": -np.log(2)})
    assert estimate.lead_points(PROFILE.assign(significant=False), ["industry"]).empty


def outcomes(good_logistics, good_retail, leads=1000):
    return pd.DataFrame({"industry": ["Logistics", "Retail"], "country": "Poland", "leads": leads, "customers": [200, 200],
                         "good_customers": [good_logistics, good_retail]})


def test_the_backtest_by_hand():
    points = estimate.lead_points(PROFILE, ["industry"])
    table = estimate.lead_backtest(outcomes(60, 20), points).set_index("measure")
    # 80 good of 2,000; the top fifth are 400 of the 1,000 in logistics, which hold 60
    assert table.loc["base_rate", "value"] == pytest.approx(0.04) and table.loc["top_fifth_rate", "value"] == pytest.approx(0.06)
    assert table.loc["top_fifth_lift", "value"] == pytest.approx(1.5) and table.loc["top_fifth_lift", "verdict"] == "better"
    # pairs in order: good logistics over other retail; ties half
    pairs = 60 * 980 + 0.5 * (60 * 940 + 20 * 980)
    assert table.loc["auc", "value"] == pytest.approx(pairs / (80 * 1920))
    gains = estimate.lead_gains(outcomes(60, 20), points)
    assert np.interp(0.5, gains["share"], gains["found"]) == pytest.approx(0.75)


def test_a_profile_that_does_not_hold_is_told_so():
    points = estimate.lead_points(PROFILE, ["industry"])
    same = estimate.lead_backtest(outcomes(40, 40), points).set_index("measure")
    assert same.loc["auc", "verdict"] == "no difference" and same.loc["top_fifth_lift", "verdict"] == "no difference"
    turned = estimate.lead_backtest(outcomes(20, 60), points).set_index("measure")
    assert turned.loc["auc", "verdict"] == "worse" and turned.loc["top_fifth_lift", "verdict"] == "worse"


def test_too_few_good_customers_or_no_profile_is_withheld():
    points = estimate.lead_points(PROFILE, ["industry"])
    assert estimate.lead_backtest(outcomes(5, 4), points)["withheld"].tolist() == ["only 9 of 2000 leads became good customers; at least 10 are needed"]
    nothing = estimate.lead_backtest(outcomes(60, 20), points.iloc[:0])
    assert nothing["withheld"].tolist() == ["the profile found nothing that distinguishes the top customers"] and nothing["value"].isna().all()
    with pytest.raises(EstimateError, match="lack industry"):
        estimate.lead_backtest(outcomes(60, 20).drop(columns="industry"), points)


def test_leads_in_no_order_are_called_better_as_rarely_as_chance_allows():
    points, chance, better = estimate.lead_points(PROFILE, ["industry"]), np.random.default_rng(4), 0
    for _ in range(400):
        table = estimate.lead_backtest(outcomes(*chance.binomial(300, 0.06, 2), leads=300), points).set_index("measure")
        better += table.loc["auc", "verdict"] == "better"
    assert better / 400 < 0.05
