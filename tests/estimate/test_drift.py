"""Drift: by hand, and how often chance alone is taken for a shift."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import drift


def counts(**labels):
    return pd.DataFrame({"input": "use", "label": list(labels), "customers": list(labels.values())})


def test_psi_by_hand():
    row = drift(counts(a=60, b=40), counts(a=40, b=60)).iloc[0]
    assert row["psi"] == pytest.approx(2 * 0.2 * np.log(0.6 / 0.4))
    assert row[["share_then", "share_now"]].tolist() == [0.6, 0.4] and row["most_changed"] == "a"
    assert row["by_chance"] == pytest.approx(3.841459 * (1 / 100 + 1 / 100), rel=1e-6)
    assert drift(counts(a=60, b=40), counts(a=40, b=60), customers_then=20).iloc[0]["by_chance"] == pytest.approx(3.841459 * (1 / 20 + 1 / 100), rel=1e-6)


def test_verdicts_in_their_order():
    then = pd.DataFrame({"input": list("aabbccdd"), "label": list("xyxyxyxy"), "customers": [5000] * 8})
    now = then.assign(customers=[5000, 5000, 5050, 4950, 5800, 4200, 8500, 1500])
    table = drift(then, now)
    assert table["input"].tolist() == ["d", "c", "b", "a"]
    assert table["verdict"].tolist() == ["large", "moderate" if table["psi"].iloc[1] > 0.1 else "small", "within chance", "none"]
    weights = pd.DataFrame({"input": list("abcd"), "weight": [1.0, 1.0, 1.0, 0.001]})
    assert drift(then, now, weights=weights).set_index("input")["matters"].to_dict() == {"a": True, "b": True, "c": True, "d": False}


def test_a_value_that_appears_or_vanishes_has_a_finite_shift():
    table = drift(counts(a=50, b=50, c=0), counts(a=50, b=0, c=50))
    assert np.isfinite(table["psi"]).all() and table["verdict"].tolist() == ["large"]


def test_chance_alone_is_called_a_shift_in_about_one_of_twenty():
    generator, called = np.random.default_rng(5), 0
    for _ in range(250):
        draws = [np.bincount(generator.choice(4, size=size, p=[0.4, 0.3, 0.2, 0.1]), minlength=4) for size in (800, 500)]
        table = drift(*(counts(**dict(zip("abcd", draw, strict=True))) for draw in draws))
        called += table["verdict"].iloc[0] not in ("none", "within chance")
    assert 0.025 < called / 250 < 0.09


def test_without_customers_on_either_side_there_is_nothing_to_say():
    assert drift(counts(a=5), counts(a=0)).empty and drift(counts(a=0), counts(a=5)).empty
    halves = pd.concat([counts(a=5), counts(a=5).assign(input="other")])
    with pytest.raises(EstimateError, match="input 'other' has 5 rows to compare with and 0 now"):
        drift(halves, counts(a=5))
