"""AUC, lift and gains: by hand, against published values, by another route, and the coverage of their intervals."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.clustered import clustered_error, normal_interval
from lifecycle_utils.estimate.ranking import auc, gain_curve, top_lift


def rows_of_counts(normal, abnormal):
    """Ratings 1 .. 5 of the ill and the healthy, from their counts."""
    score = np.concatenate([np.repeat(np.arange(1, 6), normal), np.repeat(np.arange(1, 6), abnormal)])
    return score, np.repeat([False, True], [sum(normal), sum(abnormal)])


def test_the_published_auc_and_its_delong_interval():
    # Hanley & McNeil (1982), Radiology 143, table I: CT ratings of 109 patients. Stata's manual ([R] roctab) prints for the same data
    # ROC area 0.8932, standard error 0.0307 (DeLong), interval 0.83295 to 0.95339.
    score, ill = rows_of_counts([33, 6, 6, 11, 2], [3, 2, 2, 11, 33])
    value, influence = auc(score, ill)
    error = clustered_error(influence, np.arange(len(score)))
    assert value == pytest.approx(0.8932, abs=5e-5) and error == pytest.approx(0.0307, abs=5e-5)
    assert normal_interval(value, error) == pytest.approx((0.83295, 0.95339), abs=1e-5)


def test_auc_by_counting_pairs(rng):
    score, happened = rng.integers(0, 6, 200), rng.random(200) < 0.3
    pairs = np.sign(score[happened][:, None] - score[~happened][None, :])
    value, influence = auc(score, happened)
    assert value == pytest.approx((pairs.mean() + 1) / 2) == pytest.approx(roc_auc_score(happened, score))
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    # DeLong's definition: the variances of the share of pairs won, over the events and over the others
    won = (pairs + 1) / 2
    variance = won.mean(axis=1).var(ddof=1) / happened.sum() + won.mean(axis=0).var(ddof=1) / (~happened).sum()
    assert clustered_error(influence, np.arange(200)) == pytest.approx(np.sqrt(variance))


def test_rows_counted_twice_add_nothing(rng):
    """Every customer there twice: the value stays, the error is that of the customers, not of the rows."""
    score, happened = rng.normal(size=300), rng.random(300) < 0.3
    _, influence = auc(score, happened)
    value, twice = auc(np.tile(score, 2), np.tile(happened, 2))
    once = clustered_error(influence, np.arange(300))
    assert value == pytest.approx(auc(score, happened)[0])
    assert clustered_error(twice, np.tile(np.arange(300), 2)) == pytest.approx(once, rel=0.01)
    assert clustered_error(twice, np.arange(600)) == pytest.approx(once / np.sqrt(2), rel=0.01)


@pytest.mark.parametrize("measure", ["auc", "lift"])
def test_the_interval_covers_the_truth(measure):
    """600 samples of 150 customers, some seen several times; the share of intervals that hold the truth."""
    shift, inside, chance = 1.0, 0, np.random.default_rng(20)
    # events are N(shift, 1), the others N(0, 1), a tenth are events; customers share their score's noise between their rows
    truth = {"auc": norm.cdf(shift / np.sqrt(2)), "lift": None}
    if measure == "lift":
        score, happened = draw(np.random.default_rng(0), 1_000_000, shift)[:2]
        truth["lift"] = top_lift(score, happened)[0]
    for _ in range(600):
        score, happened, customers = draw(chance, 150, shift)
        value, influence = auc(score, happened) if measure == "auc" else top_lift(score, happened)[:2]
        lower, upper = normal_interval(value, clustered_error(influence, customers), log=measure == "lift")
        inside += lower <= truth[measure] <= upper
    assert 0.91 < inside / 600 < 0.985


def draw(chance, customers, shift):
    owner = np.repeat(np.arange(customers), chance.integers(1, 5, customers)) if customers < 10_000 else np.arange(customers)
    happened = (chance.random(customers) < 0.2)[owner]
    score = shift * happened + np.sqrt(0.5) * chance.normal(size=customers)[owner] + np.sqrt(0.5) * chance.normal(size=len(owner))
    return score, happened, owner


def test_lift_by_hand_with_ties_at_the_border():
    # the top tenth of twenty is two; three share the highest score, each is in with two thirds
    score, happened = np.array([9.0] * 3 + [1.0] * 17), np.array([True, True, False] + [True] + [False] * 16)
    value, influence, rate = top_lift(score, happened)
    assert rate == pytest.approx(2 / 3) and value == pytest.approx((2 / 3) / (3 / 20))
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    assert np.isnan(top_lift(score, np.array([False] * 19 + [True]))[0])  # nobody among the top: no lift with an interval


def test_gains_by_hand_and_against_the_auc(rng):
    curve = gain_curve([4, 3, 3, 1], [True, True, False, False], points=4)
    assert curve["found"].tolist() == [0, 0.5, 0.75, 1, 1]
    # the area under the gain curve is a line of the AUC: area = rate / 2 + (1 - rate) x AUC
    score, happened = rng.normal(size=2000), rng.random(2000) < 0.3
    fine = gain_curve(score, happened, points=2000)
    rate = happened.mean()
    assert np.trapezoid(fine["found"], fine["share"]) == pytest.approx(rate / 2 + (1 - rate) * auc(score, happened)[0], abs=1e-9)


def test_what_cannot_be_ranked_is_refused_or_empty():
    assert np.isnan(auc([1.0, 2.0], [True, True])[0])
    with pytest.raises(EstimateError, match="1 scores are missing"):
        auc([1.0, np.nan], [True, False])
    with pytest.raises(EstimateError, match="not between 0 and 1"):
        top_lift([1.0], [True], share=10)
    with pytest.raises(EstimateError, match="nobody"):
        gain_curve([1.0], [False])


@pytest.fixture
def rng():
    return np.random.default_rng(7)
