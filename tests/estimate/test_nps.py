"""The Net Promoter Score: by hand, against published numbers, Wilson's interval, the score statistic itself, and its coverage."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import net_promoter_score
from lifecycle_utils.estimate.intervals import wilson_interval


def test_counted_by_hand():
    assert net_promoter_score(5, 3, 10)[0] == pytest.approx(20)
    assert net_promoter_score(0, 0, 7)[0] == 0


def test_airway_reactivity_of_fagerland_lydersen_and_laake():
    """Statistics in Medicine 33 (2014), 2850-2875: 1 and 7 discordant of 21 pairs, Tango's interval -0.517 to -0.026."""
    score, lower, upper = net_promoter_score(1, 7, 21)
    assert (round(score / 100, 3), round(lower / 100, 3), round(upper / 100, 3)) == (-0.286, -0.517, -0.026)


@pytest.mark.parametrize(("promoters", "answers"), [(12, 20), (1, 40), (0, 9), (9, 9), (70, 100)])
def test_without_passive_answers_it_is_wilsons(promoters, answers):
    _, lower, upper = net_promoter_score(promoters, answers - promoters, answers)
    low, high = wilson_interval(promoters, answers)
    assert (lower, upper) == pytest.approx((200 * low - 100, 200 * high - 100), abs=1e-6)


@pytest.mark.parametrize(("promoters", "detractors", "answers"), [(40, 20, 160), (3, 0, 44), (0, 5, 12), (30, 28, 75), (1, 1, 200)])
def test_its_ends_are_where_the_score_test_just_rejects(promoters, detractors, answers):
    """By another route: the likelihood maximised numerically under the score at the end, the variance taken there."""
    score, lower, upper = (value / 100 for value in net_promoter_score(promoters, detractors, answers))
    for end in (lower, upper):
        def unlikely(share, end=end):
            parts = ((promoters, share + end), (detractors, share), (answers - promoters - detractors, 1 - end - 2 * share))
            return -sum(count * np.log(max(part, 1e-300)) for count, part in parts if count)

        best = minimize_scalar(unlikely, bounds=(max(0, -end), (1 - end) / 2), method="bounded", options={"xatol": 1e-12}).x
        assert abs(score - end) / np.sqrt((2 * best + end - end**2) / answers) == pytest.approx(1.959964, abs=1e-3)


def test_sides_change_with_the_sides():
    score, lower, upper = net_promoter_score(31, 12, 90)
    assert net_promoter_score(12, 31, 90) == pytest.approx((-score, -upper, -lower))


@pytest.mark.parametrize("shares", [(0.35, 0.2), (0.05, 0.02), (0.8, 0.15)])
def test_the_interval_holds_the_truth(shares):
    random = np.random.default_rng(11)
    draws = random.multinomial(60, [*shares, 1 - sum(shares)], size=1000)
    ends = np.array([net_promoter_score(int(up), int(down), 60) for up, down, _ in draws])
    covered = np.mean((ends[:, 1] <= 100 * (shares[0] - shares[1])) & (100 * (shares[0] - shares[1]) <= ends[:, 2]))
    assert 0.93 <= covered <= 0.98


def test_no_answers_and_impossible_ones():
    assert np.isnan(net_promoter_score(0, 0, 0)).all()
    with pytest.raises(EstimateError, match="4 promoters and 3 detractors cannot be of 6 answers"):
        net_promoter_score(4, 3, 6)
