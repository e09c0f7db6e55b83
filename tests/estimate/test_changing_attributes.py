"""Attributes that were written after the start: by hand, by a regression, and as rarely as can be where nothing was."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.estimate.changing_attributes import changing_attributes
from lifecycle_utils.estimate.traits import ideal_customer_profile


def outcomes(customers, names, *, bought=False, told=""):
    """Counts of customers (DataFrame left, months, and attributes) as `observe.attribute_outcomes` makes them."""
    parts = []
    for name in names:
        counts = customers.assign(months_squared=customers["months"] ** 2, customers=1).groupby(name)[["customers", "left", "months", "months_squared"]].sum()
        parts.append(counts.rename_axis("value").reset_index().assign(attribute=name, bought=bought, told=told))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def company():
    """3,000 customers: who is large stays three times as long, which is known at the start; the rest is written down afterwards."""
    chance = np.random.default_rng(7)
    number = 3000
    large, age = chance.random(number) < 0.3, chance.integers(1, 48, number)
    lifetime = chance.geometric(np.where(large, 0.02, 0.06))
    left, months = lifetime <= age, np.minimum(lifetime, age)
    return pd.DataFrame({
        "left": left.astype(int), "months": months, "size": np.where(large, "large", "small"), "colour": chance.choice(list("abcdefgh"), number),
        "status": np.where(left, "gone", "here"), "reason": np.where(left & (chance.random(number) < 0.1), "price", "(unknown)"),
        "logins": pd.cut(months * chance.uniform(0.5, 1.5, number), [-1, 5, 10, 20, 99]).astype(str),
    })  # fmt: skip


def test_what_was_written_afterwards_is_found_and_what_was_known_is_not(company):
    told = changing_attributes(outcomes(company, ["size", "colour", "status", "reason", "logins"])).set_index("attribute")
    assert told["reason"].to_dict() == {"colour": "", "logins": "tells how long", "reason": "tells who left", "size": "", "status": "tells who left"}
    assert told.loc["status", "explains_leaving"] == pytest.approx(1) and told.loc["size", "explains_leaving"] > 0.05  # strong, and no outcome
    assert told.loc["reason", "explains_leaving"] < 0.1 and told.loc["reason", "value_of_leavers"] == "price"  # few leavers say why; all who do have left
    assert told.loc["reason", "leavers"] == (company["reason"] == "price").sum()


def test_the_share_is_the_adjusted_r_squared_of_a_regression_on_the_values(company):
    told = changing_attributes(outcomes(company, ["colour", "logins"])).set_index("attribute")
    for name in ("colour", "logins"):
        dummies = pd.get_dummies(company[name]).to_numpy(float)
        for column, measured in (("left", "explains_leaving"), ("months", "explains_tenure")):
            y = company[column].to_numpy(float)
            rest = y - dummies @ np.linalg.lstsq(dummies, y, rcond=None)[0]
            adjusted = 1 - (rest @ rest) / (len(y) - dummies.shape[1]) / y.var(ddof=1)
            assert told.loc[name, measured] == pytest.approx(adjusted)


def test_many_values_explain_nothing_by_their_number():
    chance = np.random.default_rng(1)
    customers = pd.DataFrame({"left": chance.integers(0, 2, 400), "months": chance.integers(1, 40, 400), "city": chance.integers(0, 150, 400).astype(str)})
    told = changing_attributes(outcomes(customers, ["city"])).iloc[0]
    assert told["reason"] == "" and abs(told["explains_leaving"]) < 0.15  # without adjustment it would be 0.37


def test_what_the_company_says_is_believed_and_few_customers_prove_nothing(company):
    cleared = changing_attributes(outcomes(company, ["status"], told="known at start")).iloc[0]
    assert cleared["reason"] == "" and not cleared["withheld"] and cleared["explains_leaving"] == pytest.approx(1)
    assert changing_attributes(outcomes(company.head(49), ["status"]))["reason"].tolist() == [""]
    named = changing_attributes(outcomes(company, ["colour"], bought=True)).iloc[0]
    assert named["reason"] == "is bought" and not named["withheld"]


def test_nobody_left_and_no_customer():
    customers = pd.DataFrame({"left": 0, "months": 5, "plan": ["a", "b"] * 50})
    told = changing_attributes(outcomes(customers, ["plan"])).iloc[0]
    assert np.isnan(told["explains_leaving"]) and np.isnan(told["explains_tenure"]) and told["reason"] == ""
    assert changing_attributes(outcomes(customers, ["plan"]).iloc[:0]).empty


def test_no_profile_is_made_of_it():
    counts = pd.DataFrame({"attribute": ["status", "status", "size", "size"], "value": ["here", "gone", "large", "small"],
                           "customers": [600, 400, 300, 700], "top_customers": [95, 5, 60, 40]})
    profile = ideal_customer_profile(counts, known_later=["status"]).set_index("attribute")
    assert profile.loc["status", "withheld"].eq("looks as if it was written after the start").all()
    assert profile.loc["status", ["lift", "shrunken_lift", "q_value"]].isna().all().all() and not profile.loc["status", "significant"].any()
    alone = ideal_customer_profile(counts[counts["attribute"] == "size"]).set_index("attribute")  # what is left out costs no power either
    pd.testing.assert_frame_equal(profile.loc[["size"]], alone)
