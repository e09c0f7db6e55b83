"""From a month's counts to the month's value: each function returns month, value, lower, upper, n and why there is no value or interval."""

import calendar

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.estimate.nps import net_promoter_score
from lifecycle_utils.language import N_, _

#: The frame that every function here returns.
COLUMNS = ["month", "value", "lower", "upper", "n", "withheld"]
#: Lowest answers that count as promoter and as satisfied, highest that counts as detractor.
PROMOTER, DETRACTOR, SATISFIED = 9, 6, 4


def counted(frame, column):
    """A count is its own denominator and has no interval: it was counted, not estimated."""
    values = frame[column].astype(float)
    return _frame(frame["month"], values, n=values)


def share_of(months, events, trials, *, what, min_at_risk, confidence):
    """Events of trials with Wilson's interval.

    Parameters
    ----------
    months, events, trials : arrays of the same length
    what : the denominator in words, for the reason why an interval is withheld
    """
    events, trials = np.asarray(events, dtype=float), np.asarray(trials, dtype=float)
    share = np.where(trials > 0, events / np.where(trials > 0, trials, 1), np.nan)
    more = events > trials  # not a share of these: leads that never visited the site
    lower, upper = wilson_interval(np.where(more, np.nan, events), trials, confidence=confidence)
    thin = (trials < min_at_risk) | more
    told = [_("no {what}"), _("more than there were {what}: no interval"), _("fewer than {min_at_risk} {what}: no interval")]
    why = np.select([trials <= 0, more, thin], [one.format(what=_(what), min_at_risk=min_at_risk) for one in told], "")
    return _frame(months, share, np.where(thin, np.nan, lower), np.where(thin, np.nan, upper), trials, why)


def ratio_of(months, amounts, counts, *, what):
    """Money per head: exact, so without an interval."""
    amounts, counts = np.asarray(amounts, dtype=float), np.asarray(counts, dtype=float)
    value = np.where(counts > 0, amounts / np.where(counts > 0, counts, 1), np.nan)
    return _frame(months, value, n=counts, withheld=np.where(counts > 0, "", _("no {what}").format(what=_(what))))


def stickiness(active, *, min_at_risk, confidence):
    """Average daily over monthly active: the share of a month's days on which somebody who is active in it is active, on average.

    The interval is that of a mean over users (or customers).
    """
    days = np.array([calendar.monthrange(*map(int, month.split("-")))[1] for month in active["month"]], dtype=float)
    n = active["active"].to_numpy(dtype=float)
    mean = active["active_days"].to_numpy(dtype=float) / n
    spread = np.clip(active["squares"].to_numpy(dtype=float) - n * mean**2, 0, None)
    reach = norm.isf((1 - confidence) / 2) * np.sqrt(spread / np.maximum(n - 1, 1) / n)
    thin = n < min_at_risk
    low, high = (np.where(thin, np.nan, np.clip((mean + side * reach) / days, 0, 1)) for side in (-1, 1))
    return _frame(active["month"], mean / days, low, high, n, np.where(thin, _("fewer than {min_at_risk} active: no interval").format(
        min_at_risk=min_at_risk,
    ), ""))


def net_promoter_scores(answers, *, min_at_risk, confidence):
    """The month's NPS of all its answers."""
    scored = answers[answers["survey"] == "nps"]
    kinds = scored["score"] >= PROMOTER, scored["score"] <= DETRACTOR, scored["score"].notna()
    promoters, detractors, n = (_sum(scored, kind) for kind in kinds)
    rows = [net_promoter_score(*row, confidence=confidence) for row in zip(promoters, detractors, n, strict=True)]
    value, lower, upper = (np.array([row[place] for row in rows], dtype=float) for place in range(3))
    thin = (n < min_at_risk).to_numpy()
    why = np.where(thin, _("fewer than {min_at_risk} answers: no interval").format(min_at_risk=min_at_risk), "")
    return _frame(n.index, value, np.where(thin, np.nan, lower), np.where(thin, np.nan, upper), n.to_numpy(), why)


def satisfied(answers, *, min_at_risk, confidence):
    """CSAT: the share of the month's answers that are 4 or 5 of 5."""
    scored = answers[answers["survey"] == "csat"]
    good, n = _sum(scored, scored["score"] >= SATISFIED), _sum(scored, scored["score"].notna())
    return share_of(n.index, good, n, what=N_("answers"), min_at_risk=min_at_risk, confidence=confidence)


def annual_churn(movements, *, min_at_risk, confidence, months=12):
    """The share of customers that would be gone after a year of months like the last twelve: 1 - product of (1 - monthly churn).

    A Kaplan-Meier estimate over calendar months: its interval is the log-log one with Greenwood's variance.
    """
    at_risk, left = movements["opening_customers"].astype(float), movements["churned_customers"].astype(float)
    hazard = left / at_risk.where(at_risk > 0)
    kept = (1 - hazard).rolling(months).apply(np.prod, raw=True)
    # a month in which everybody left has no variance, and no interval either
    variance = (hazard / (at_risk * (1 - hazard)).where(hazard < 1)).rolling(months).sum()
    least, n = at_risk.rolling(months).min(), at_risk.rolling(months).sum()
    value = 1 - kept
    with np.errstate(all="ignore"):
        reach = norm.isf((1 - confidence) / 2) * np.sqrt(variance) / np.abs(np.log(kept))
        lower, upper = 1 - kept ** np.exp(-reach), 1 - kept ** np.exp(reach)
    thin = ~(least >= min_at_risk) | value.isin([0, 1])
    reasons = {f"fewer than {months} months with customers": value.isna(), "nobody left: no interval": value == 0, "everybody left: no interval": value == 1,
               f"a month began with fewer than {min_at_risk} customers: no interval": thin}  # fmt: skip
    why = np.select(list(reasons.values()), list(reasons), "")
    return _frame(movements["month"], value, np.where(thin, np.nan, lower), np.where(thin, np.nan, upper), n, why)


def _sum(answers, which):
    months = sorted(answers["month"].unique())
    return answers[which].groupby("month")["answers"].sum().reindex(months, fill_value=0)


def _frame(month, value, lower=np.nan, upper=np.nan, n=np.nan, withheld=""):
    numbers = {"value": value, "lower": lower, "upper": upper, "n": n}
    arrays = {name: np.broadcast_to(np.asarray(column, dtype=float), (len(month),)) for name, column in numbers.items()}
    return pd.DataFrame({"month": np.asarray(month, dtype=object), **arrays, "withheld": np.broadcast_to(np.asarray(withheld, dtype=object), (len(month),))})
