"""Traits that keep customers, in words."""

import math

import pandas as pd

from lifecycle_utils import present

WORTH = pd.DataFrame({
    "attribute": ["employees", "annual_revenue", "country"], "value": ["51-250", "over 10M", "<b>Japan"], "stays": ["longer", "no difference", ""],
    "worth": ["more", "more", ""], "survival": [0.79, 0.75, math.nan], "survival_without": [0.71, 0.74, math.nan], "survival_gain": [0.08, 0.01, math.nan],
    "survival_lower": [0.04, -0.03, math.nan], "survival_upper": [0.12, 0.05, math.nan], "lifetime_value": [5838.0, 4500.0, 100.0],
    "value_without": [3179.0, 3700.0, math.nan], "value_gain": [2659.0, 800.0, math.nan], "gain_lower": [2245.0, 400.0, math.nan],
    "gain_upper": [3059.0, 1200.0, math.nan],
})  # fmt: skip


def test_the_sentences_name_what_keeps_customers():
    assert present.trait_worth_notes(WORTH).sentences == (
        "Customers with one of these traits also stay longer, beyond chance: employees 51-250.",
        "They are worth more: employees 51-250 and annual revenue over 10M.",
    )
    none = present.trait_worth_notes(WORTH.assign(stays="no difference", worth="no difference")).sentences
    assert len(none) == 2 and all("With none of these traits" in one for one in none)
    assert "no trait" in present.trait_worth_notes(WORTH.iloc[:0]).sentences[0]


def test_the_table_has_both_sides_and_the_interval_of_the_difference():
    table = present.trait_worth_table(WORTH, currency="USD")
    first, last = table.frame.iloc[0], table.frame.iloc[2]
    assert first["still_there"] == "79%, without 71%" and first["stay_told"] == "longer: +8.0 (+4.0 to +12.0)"
    assert first["value_told"] == "$5,838, without $3,179" and first["worth_told"] == "more: +$2,659 (+$2,245 to +$3,059)"
    assert last["stay_told"] == "cannot be told" and "&lt;b&gt;Japan" in table._repr_mimebundle_()["text/html"]
