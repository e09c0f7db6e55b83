"""The Net Promoter Score and its interval."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence


def net_promoter_score(promoters, detractors, answers, *, confidence=0.95):
    """What is the share of promoters less the share of detractors, in points from -100 to 100, and how sure is it?

    A promoter answers 9 or 10, a detractor 0 to 6. Both come from the same answers, so the variance is that of a multinomial,
    (p + d - (p - d)^2) / n, and not that of two samples. The interval inverts the score test: like Wilson's for a share it keeps inside
    -100 to 100 and holds for few answers and for scores near the ends. It is Tango's interval for paired shares, whose discordant
    pairs are here promoters and detractors; with no passive answer it is Wilson's.

    Parameters
    ----------
    promoters, detractors, answers : counts

    Returns
    -------
    (score, lower, upper) : floats, points; NaN without answers

    Raises
    ------
    EstimateError : for counts that are not possible

    References
    ----------
    Rocks (2016), The American Statistician 70, 365-372, finds it and the adjusted Wald interval the best of those compared.
    Tango (1998), Statistics in Medicine 17, 891-908.

    Examples
    --------
    >>> print("%.1f %.1f %.1f" % net_promoter_score(40, 20, 160))
    12.5 3.1 21.8
    """
    if not 0 <= promoters + detractors <= answers or min(promoters, detractors) < 0:
        raise EstimateError(f"{promoters} promoters and {detractors} detractors cannot be of {answers} answers")
    if not answers:
        return np.nan, np.nan, np.nan
    z = norm.isf((1 - check_confidence(confidence)) / 2)
    score = (promoters - detractors) / answers

    def excess(true, side):
        return side * _distance(promoters, detractors, answers, true) - z

    lower = -1.0 if score == -1 else brentq(excess, -1, score, args=(1,), xtol=1e-12)
    upper = 1.0 if score == 1 else brentq(excess, score, 1, args=(-1,), xtol=1e-12)
    return 100 * score, 100 * lower, 100 * upper


def _distance(promoters, detractors, answers, true):
    """By how many standard errors does the score lie above `true`, the error being that under `true`? Tango's (1998) score statistic."""
    above = promoters - detractors - answers * true
    # the share of detractors that is most likely if the score is `true` solves a quadratic equation
    a, b, c = 2 * answers, -promoters - detractors + (2 * answers - promoters + detractors) * true, -detractors * true * (1 - true)
    share = (np.sqrt(max(b * b - 4 * a * c, 0.0)) - b) / (2 * a)
    variance = answers * (2 * share + true * (1 - true))
    if variance <= 1e-12:
        return 0.0 if abs(above) < 1e-9 else np.copysign(1e9, above)
    return above / np.sqrt(variance)
