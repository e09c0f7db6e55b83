"""The profile on a card: what it says, and what it does not."""

import math

import pandas as pd
import pytest

from lifecycle_utils import present

MUST = pd.DataFrame({"attribute": ["employees", "industry", "annual_revenue"], "value": ["51-250", "$x_{", "over 10M"], "customers": [800, 500, 400],
                                                            "top_customers": [150, 100, 90],
                     "odds_ratio": [3.4, 3.1, 1.0], "lower": [2.7, 2.4, 0.7], "upper": [4.4, 4.1, 1.4], "p_value": [1e-9, 1e-8, 0.5], "kept": [True,
                                                            True, False]})


def card():
    rows = {"customers": ("customers", 367.0, 2383.0, ""), "share_of_customers": ("share", 0.133, 0.867, ""), "survival": ("share", 0.81, 0.72, "higher"),
            "lifetime_value": ("money", 8170.0, 3330.0, "higher"), "nps": ("points", 43.0, 7.0, "higher"), "satisfied": ("share", math.nan, 0.55, "")}
    table = [(name, unit, inside, inside * 0.9, inside * 1.1, outside, outside * 0.9, outside * 1.1, verdict, 367, 2383) for name, (unit, inside,
                                                            outside, verdict) in rows.items()]
    columns = ["measure", "unit", "inside", "inside_lower", "inside_upper", "outside", "outside_lower", "outside_upper", "verdict", "n_inside", "n_outside"]
    return pd.DataFrame(table, columns=columns)


def test_the_profile_in_a_sentence():
    told = present.profile_finding(MUST, card(), currency="USD", horizon_months=36)
    assert told.sentence == (
        "The profile: employees 51-250 and industry $x_{. 13% of all customers have two or more of them. Within 36 months one of them is worth $8,170 "
        "(95% interval $7,350 to $8,990), another customer $3,330. They stay longer. What goes with these and tells nothing more: annual revenue over 10M."
    )
    assert told.value == pytest.approx(0.133) and told.n == 367
    nothing = present.profile_finding(MUST.assign(kept=False), card(), currency="USD", horizon_months=36)
    assert nothing.withheld == "no trait stands by itself" and "no profile" in nothing.sentence


def test_the_card_writes_every_number_in_its_unit():
    few = card()
    few.loc[few["measure"] == "satisfied", "n_inside"] = 7
    frame = present.profile_card_table(few, currency="EUR").frame.set_index("told")
    assert frame.loc["customers ever", "of_the_profile"] == "367" and frame.loc["Net Promoter Score", "others"] == "7 (95% interval 6 to 8)"
    assert frame.loc["lifetime value", "others"].startswith("€3,3") and frame.loc["satisfied (CSAT 4-5)", "of_the_profile"] == "too few to say (7)"
    assert frame.loc["still paying after 12 months", "judged"] == "higher"
