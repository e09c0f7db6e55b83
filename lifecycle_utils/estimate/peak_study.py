"""How often is a peak named where there is none, and found where there is one? Thousands of simulated companies at once."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.estimate.churn_peak import NONE, PEAK, eligible_months, judge_peaks


def simulate_life_tables(hazards, *, new_customers, companies, rng):
    """Life tables of companies that won about as many customers in each past month and lose them with these hazards.

    Parameters
    ----------
    hazards : array, shape (months,), shares; also the age of the company in months.
    new_customers : mean of the Poisson number won per calendar month; the cohort won f months ago is followed for f months.
    companies : how many.
    rng : numpy Generator.

    Returns
    -------
    (at_risk, churned) : arrays, shape (companies, months).

    Examples
    --------
    >>> at_risk, churned = simulate_life_tables([0.0, 1.0], new_customers=50, companies=3, rng=np.random.default_rng(1))
    >>> churned[:, 0].tolist(), bool((churned[:, 1] == at_risk[:, 1]).all())
    ([0, 0, 0], True)
    """
    hazards = np.asarray(hazards, dtype=float)
    months = len(hazards)
    # Column f: those won f months ago, f = 1..months; a cohort of age f is still at risk in months 1..f.
    here = rng.poisson(new_customers, size=(companies, months))
    at_risk, churned = (np.zeros((companies, months), dtype="int64") for _ in range(2))
    for month in range(months):
        old_enough = here[:, month:]
        left = rng.binomial(old_enough, hazards[month])
        at_risk[:, month], churned[:, month] = old_enough.sum(axis=1), left.sum(axis=1)
        here[:, month:] -= left
    return at_risk, churned


def study_peaks(hazards, *, new_customers, companies, seed, confidence=0.95, min_at_risk=30):
    """What is said of such companies, and how often is it right?

    Parameters
    ----------
    hazards, new_customers, companies : as for `simulate_life_tables`.
    seed : of the random numbers.

    Returns
    -------
    dict
        raised (share of companies told that some month is above average), named (told "peak" or "window"), peak (told one month),
        wrong_peak (told one month while another is the highest, or several are), set_holds_peak (share whose confidence set holds the truly
        highest of the eligible months; the least over them if several are), months_in_set (mean), naive_peak (what an uncorrected test of
        the highest month against all others would name).

    Examples
    --------
    >>> study = study_peaks([0.05, 0.05, 0.05], new_customers=100, companies=200, seed=1)
    >>> study["raised"] <= 0.06 < study["naive_peak"]
    True
    """
    at_risk, churned = simulate_life_tables(hazards, new_customers=new_customers, companies=companies, rng=np.random.default_rng(seed))
    judged = judge_peaks(at_risk, churned, confidence=confidence, min_at_risk=min_at_risk)
    eligible, inside = judged["eligible"], judged["in_confidence_set"]
    true = np.where(eligible, np.asarray(hazards, dtype=float), -1.0)
    highest = eligible & np.isclose(true, true.max(axis=1, keepdims=True), rtol=1e-12)
    one = judged["verdict"] == PEAK
    right = one & (highest.sum(axis=1) == 1) & (inside & highest).any(axis=1)
    always_eligible = eligible.all(axis=0) & highest.any(axis=0)
    held = np.where(highest, inside, True).mean(axis=0)[always_eligible]
    return {
        "raised": float((judged["flat_p_value"] <= 1 - confidence).mean()),
        "named": float((judged["verdict"] != NONE).mean()),
        "peak": float(one.mean()),
        "wrong_peak": float((one & ~right).mean()),
        "set_holds_peak": float(held.min()) if len(held) else np.nan,
        "months_in_set": float(inside.sum(axis=1).mean()),
        "naive_peak": float(naive_peak(at_risk, churned, min_at_risk=min_at_risk, level=1 - confidence).mean()),
    }


def naive_peak(at_risk, churned, *, min_at_risk=30, level=0.05):
    """What the kit does not do: the highest month against all others, by a two-sided z test that forgets that it was picked.

    >>> naive_peak([[100, 100, 100]], [[12, 3, 3]]).tolist()
    [True]
    """
    eligible = eligible_months(at_risk, min_at_risk=min_at_risk, tail_share=0.0)
    n, d = np.where(eligible, at_risk, 0).astype(float), np.where(eligible, churned, 0).astype(float)
    rate = np.divide(d, n, out=np.zeros_like(n), where=n > 0)
    picked = np.argmax(rate, axis=-1)[..., None]
    n1, d1 = np.take_along_axis(n, picked, axis=-1)[..., 0], np.take_along_axis(d, picked, axis=-1)[..., 0]
    n0, d0 = n.sum(axis=-1) - n1, d.sum(axis=-1) - d1
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (d1 + d0) / (n1 + n0)
        z = (d1 / n1 - d0 / n0) / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0))
    return np.nan_to_num(z) > norm.isf(level / 2)


def study_table(settings, *, companies, seed, **options):
    """One row per setting: each is a dict with `name`, `hazards` and `new_customers`."""
    rows = []
    for setting in settings:
        study = study_peaks(setting["hazards"], new_customers=setting["new_customers"], companies=companies, seed=seed, **options)
        rows.append({"setting": setting["name"], "new_customers_per_month": setting["new_customers"], "months": len(setting["hazards"])} | study)
    return pd.DataFrame(rows)
