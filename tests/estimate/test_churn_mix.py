"""Mix and behaviour: by hand, exact for any counts, only mix or only behaviour where a simulation makes only that."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import churn_mix
from tests.estimate.customers import kept_of


def counts(groups):
    return pd.DataFrame([(name, customers, kept) for name, (customers, kept) in groups.items()], columns=["group", "customers", "kept_customers"])


def test_two_groups_by_hand():
    table = churn_mix(counts({"a": (60, 54), "b": (40, 20)}), counts({"a": (50, 40), "b": (50, 30)})).set_index("group")
    # churn 10 % and 50 %, then 20 % and 40 %; weights 0.6 and 0.4, then halves; mean churn of the whole (0.26 + 0.3) / 2
    assert table.loc["all", ["churn_before", "churn_now", "change"]].tolist() == pytest.approx([0.26, 0.3, 0.04])
    assert table.loc["a", ["mix", "behaviour"]].tolist() == pytest.approx([-0.1 * (0.15 - 0.28), 0.55 * 0.1])
    assert table.loc["b", ["mix", "behaviour"]].tolist() == pytest.approx([0.1 * (0.45 - 0.28), 0.45 * -0.1])


group = st.tuples(st.integers(0, 500), st.floats(0, 1)).map(lambda pair: (pair[0], int(pair[0] * pair[1])))
periods = st.dictionaries(st.sampled_from("abcd"), group, min_size=1).filter(lambda groups: sum(customers for customers, _ in groups.values()) > 0)


@given(periods, periods)
def test_any_change_adds_up_exactly(before, now):
    table = churn_mix(counts(before), counts(now)).set_index("group")
    rates = [1 - sum(kept for _, kept in groups.values()) / sum(customers for customers, _ in groups.values()) for groups in (before, now)]
    whole, groups = table.loc["all"], table.drop(index="all")
    assert whole["change"] == pytest.approx(rates[1] - rates[0], abs=1e-12)
    assert whole["mix"] + whole["behaviour"] == whole["change"]
    for name in ("mix", "behaviour", "change"):
        assert groups[name].sum() == pytest.approx(whole[name], abs=1e-12)
    there_once = set(before) ^ set(now)
    assert (groups.loc[[name for name in groups.index if name in there_once], "behaviour"] == 0).all()


def test_revenue_weighs_by_revenue():
    before = pd.concat([kept_of([100.0] * 40, [100.0] * 30 + [0] * 10, "small"), kept_of([900.0] * 40, [900.0] * 40, "large")])
    now = pd.concat([kept_of([100.0] * 40, [100.0] * 30 + [0] * 10, "small"), kept_of([900.0] * 40, [900.0] * 30 + [0] * 10, "large")])
    table = churn_mix(before, now, measure="revenue").set_index("group")
    assert table.loc["all", ["churn_before", "churn_now", "mix", "behaviour"]].tolist() == pytest.approx([0.025, 0.25, 0, 0.225])
    assert table.loc["large", "behaviour"] == pytest.approx(0.225)
    assert table.loc["large", "behaviour_lower"] < 0.225 < table.loc["large", "behaviour_upper"]


def test_intervals_of_behaviour_cover_the_truth():
    chance, covered = np.random.default_rng(8), []
    for _ in range(400):
        before, now = ({name: (n, int(chance.binomial(n, keeps))) for name, n, keeps in (("a", 300, 0.9), ("b", share, 0.6))} for share in (100, 200))
        row = churn_mix(counts(before), counts(now)).iloc[0]
        covered.append(row["behaviour_lower"] <= 0 <= row["behaviour_upper"])
    assert 0.92 <= np.mean(covered) <= 0.98


def test_few_customers_and_wrong_questions():
    table = churn_mix(counts({"a": (100, 90), "b": (10, 9)}), counts({"a": (100, 80), "b": (10, 9)})).set_index("group")
    assert table["withheld"].to_dict() == {"all": "", "a": "", "b": "fewer than 30 customers in one of the periods"}
    assert np.isnan(table.loc["b", "behaviour_lower"]) and not np.isnan(table.loc["b", "behaviour"])
    nobody = churn_mix(counts({"a": (0, 0)}), counts({"a": (5, 4)}))
    assert nobody["withheld"].tolist() == ["nobody was a customer at the start of the earlier period"] and np.isnan(nobody["change"][0])
    with pytest.raises(EstimateError, match="measure = 'money' is not one of customers, revenue"):
        churn_mix(counts({"a": (5, 4)}), counts({"a": (5, 4)}), measure="money")
