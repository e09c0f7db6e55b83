"""Early features and outcomes: hand counts, R's Mantel-Haenszel, identities, and features without meaning."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import feature_association, feature_gap
from tests.estimate.strategies import quick

COLUMNS = ["feature", "stratum", "used", "used_outcome", "unused", "unused_outcome"]
#: R's UCBAdmissions by department: women, admitted of them, men, admitted of them.
BERKELEY = [("A", 108, 89, 825, 512), ("B", 25, 17, 560, 353), ("C", 593, 202, 325, 120), ("D", 375, 131, 417, 138),
            ("E", 393, 94, 191, 53), ("F", 341, 24, 373, 22)]  # fmt: skip


def counts(*rows, feature="x"):
    return pd.DataFrame([(feature, *row) for row in rows], columns=COLUMNS)


def test_one_stratum_is_the_plain_difference_and_ratio():
    row = feature_association(counts(("1", 100, 40, 200, 50))).iloc[0]
    assert row[["used_share", "unused_share", "difference", "ratio"]].tolist() == pytest.approx([0.4, 0.25, 0.15, 1.6])
    # chi-square without continuity correction, times (n - 1) / n
    plain = stats.contingency.chi2_contingency([[40, 60], [50, 150]], correction=False).statistic
    assert row["p_value"] == pytest.approx(stats.chi2.sf(plain * 299 / 300, 1))
    # Katz's interval of a ratio of two shares
    spread = 1.959964 * np.sqrt(1 / 40 - 1 / 100 + 1 / 50 - 1 / 200)
    assert row[["ratio_lower", "ratio_upper"]].tolist() == pytest.approx([1.6 * np.exp(-spread), 1.6 * np.exp(spread)])


def test_two_strata_by_hand():
    # differences 0.2 and 0.4, weights 10 * 10 / 20 = 5 and 30 * 10 / 40 = 7.5
    row = feature_association(counts(("1", 10, 5, 10, 3), ("2", 30, 24, 10, 4)), min_accounts=1).iloc[0]
    assert row["difference"] == pytest.approx((5 * 0.2 + 7.5 * 0.4) / 12.5)
    assert row["ratio"] == pytest.approx((5 * 10 / 20 + 24 * 10 / 40) / (3 * 10 / 20 + 4 * 30 / 40))


def test_berkeley_equals_r_and_the_strata_take_the_paradox_away():
    """mantelhaen.test(UCBAdmissions, correct = FALSE) of R 4.2.2: 1.52460666, p = 0.2169236971."""
    row = feature_association(counts(*BERKELEY)).iloc[0]
    assert stats.chi2.isf(row["p_value"], 1) == pytest.approx(1.52460666, abs=1e-7) and row["p_value"] == pytest.approx(0.2169236971, abs=1e-9)
    assert row["used_share"] - row["unused_share"] < -0.1 and row["lower"] < 0 < row["upper"] and row["difference"] > 0


@quick
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=6))
def test_swapping_the_sides_turns_the_difference_round(strata):
    one = [(str(n), a, round(a * p), b, round(b * q)) for n, (a, b, p, q) in enumerate(strata)]
    other = [(name, b, y, a, x) for name, a, x, b, y in one]
    first, second = (feature_association(counts(*rows), min_accounts=1).iloc[0] for rows in (one, other))
    if first["withheld"]:
        assert second["withheld"] == first["withheld"]
        return
    np.testing.assert_allclose(first[["difference", "lower", "upper"]].astype(float), -second[["difference", "upper", "lower"]].astype(float), atol=1e-12)
    np.testing.assert_allclose(first["p_value"], second["p_value"], atol=1e-12)


def test_the_interval_holds_the_truth_in_95_of_100_sparse_companies():
    rng, inside, runs = np.random.default_rng(5), 0, 300
    for _ in range(runs):
        users, others = rng.integers(1, 12, 25), rng.integers(1, 25, 25)
        base = rng.uniform(0.1, 0.5, 25)
        rows = zip(map(str, range(25)), users, rng.binomial(users, base + 0.12), others, rng.binomial(others, base), strict=True)
        row = feature_association(counts(*rows)).iloc[0]
        inside += row["lower"] <= 0.12 <= row["upper"]
    assert 0.92 <= inside / runs <= 0.98


def accounts(rng, size):
    """Busy accounts use more of everything and convert more: features x0-x5, days of use, conversion that hangs on the days alone."""
    days = rng.integers(0, 6, size)
    used = rng.random((6, size)) < 1 - 0.75**days
    return days, used, rng.random(size) < 0.1 + 0.08 * days


def observed(days, used, outcome):
    strata = range(days.max() + 1)
    groups = [[np.bincount(days[which], minlength=len(strata)) for which in (one, one & outcome, ~one, ~one & outcome)] for one in used]
    return pd.DataFrame([(f"x{n}", str(s), *(int(group[s]) for group in four)) for n, four in enumerate(groups) for s in strata], columns=COLUMNS)


def test_features_that_only_go_with_being_busy_are_named_in_at_most_5_of_100_runs():
    rng, named, naive, runs = np.random.default_rng(6), 0, 0, 120
    for _ in range(runs):
        table = observed(*accounts(rng, 600))
        named += feature_association(table)["significant"].any()
        pooled = table.groupby("feature", as_index=False)[COLUMNS[2:]].sum()
        naive += feature_association(pooled)["significant"].any()
    assert named / runs <= 0.05 + 1.96 * np.sqrt(0.05 * 0.95 / runs)
    assert naive / runs > 0.9, "without the strata busy accounts make every feature look good"


def test_a_planted_feature_is_found_and_no_other():
    differences, named = [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        days, used, _ = accounts(rng, 4000)
        frame = feature_association(observed(days, used, rng.random(4000) < 0.1 + 0.05 * days + 0.15 * used[2]))
        named += frame.loc[frame["significant"], "feature"].tolist()
        differences.append(frame.set_index("feature").loc["x2", "difference"])
    assert named.count("x2") == 12 and len(named) <= 14
    assert np.mean(differences) == pytest.approx(0.15, abs=0.015)


def test_too_few_users_and_strata_without_contrast_are_told():
    frame = feature_association(pd.concat([counts(("1", 29, 9, 500, 90), feature="rare"), counts(("1", 50, 9, 0, 0), ("2", 0, 0, 50, 9), feature="apart")]))
    told = {"rare": "fewer than 30 accounts used it, or did not", "apart": "no equally active accounts to compare"}
    assert frame.set_index("feature")["withheld"].to_dict() == told
    assert frame[["difference", "ratio", "p_value", "q_value"]].isna().all().all() and not frame["significant"].any()
    with pytest.raises(EstimateError, match="'x'"):
        feature_association(counts(("1", 5, 6, 5, 1)))


def test_nothing_observed_keeps_its_reason_and_the_argument_is_not_changed():
    empty = pd.DataFrame(columns=COLUMNS)
    empty.attrs["withheld"] = "why"
    frame = feature_association(empty)
    assert frame.empty and frame.attrs["withheld"] == "why"
    table = counts(("1", 100, 40, 200, 50))
    before = table.copy()
    feature_association(table)
    pd.testing.assert_frame_equal(table, before)


GAP = ["feature", "trial_accounts", "trial_used", "paying_accounts", "paying_used"]


def test_feature_gap_by_hand_and_newcombes_example():
    """Newcombe (1998), example (a): 56/70 against 48/80, 0.2 (0.0524 to 0.3339)."""
    row = feature_gap(pd.DataFrame([("x", 80, 48, 70, 56)], columns=GAP)).iloc[0]
    assert row[["difference", "lower", "upper"]].tolist() == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)
    plain = stats.contingency.chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue
    assert row["p_value"] == pytest.approx(plain)


def test_feature_gap_withholds_and_refuses():
    frame = feature_gap(pd.DataFrame([("x", 29, 4, 900, 56), ("y", 29, 29, 900, 900)], columns=GAP))
    assert frame["difference"].isna().all() and (frame["withheld"] == "fewer than 30 accounts on trial, or paying").all()
    assert feature_gap(pd.DataFrame([("y", 50, 50, 90, 90)], columns=GAP))["p_value"].tolist() == [1.0]
    with pytest.raises(EstimateError, match="more accounts used"):
        feature_gap(pd.DataFrame([("x", 2, 3, 900, 56)], columns=GAP))
