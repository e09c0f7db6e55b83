"""What changed since last month, and what of it would chance have done anyway?"""

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from lifecycle_utils.estimate.churn_peak import highest_churn_month
from lifecycle_utils.estimate.counts import EVERYBODY, check_confidence
from lifecycle_utils.estimate.hazard import hazard
from lifecycle_utils.estimate.intervals import newcombe_interval
from lifecycle_utils.estimate.peak_months import peak_month
from lifecycle_utils.estimate.retention import retention_trend
from lifecycle_utils.estimate.survival import survival
from lifecycle_utils.language import _
from lifecycle_utils.months import shift_month

NEWS, NOISE = "news", "noise"
COLUMNS = ["figure", "unit", "now", "before", "change", "lower", "upper", "verdict", "size", "n", "of", "of_before", "group", "compared", "withheld"]
_KINDS = ["new", "reactivation", "expansion", "contraction", "churn"]
_FEWEST_STEPS = 6


def month_changes(movements, tenures, cohorts, kpis, *, month, confidence=0.95, min_at_risk=30, last_steps=24):
    """Which figures of the month are not what they were a month before, and is that news?

    Parameters
    ----------
    movements : DataFrame of `observe.mrr_movements`
    tenures : two DataFrames of `observe.tenures` by billing interval: as of `month`, and as of the month before
    cohorts : DataFrame of `observe.tenures` by cohort month, as of `month`
    kpis : DataFrame of `stage_kpis`, for the lifetime value and the leads
    confidence : of all intervals at once
    min_at_risk : with fewer customers behind one of the two values, the comparison is withheld
    last_steps : so many earlier month-to-month steps tell how large a step is usual

    Returns
    -------
    DataFrame, one row per figure, the most telling change first, withheld ones last
        figure : churn_rate_monthly, upgrade_rate, downgrade_rate, new_customers, mrr_gained, leads, retention_month_2,
            retention_month_12, highest_churn_month, ltv
        unit : share, count or the currency
        now, before, change, lower, upper : the two values, their difference and its interval
        verdict : "news" where the interval leaves out 0, "noise" where it does not, "" where nothing can be said
        size : change over the interval's reach towards 0; above 1 it is news
        n : the denominator of `now`
        of, of_before : which cohort month or subscription month the value is about, where it is about one
        group : the billing interval that the value is about, where there are several
        compared : how many figures could be compared
        withheld : why there is no comparison, or ""

    Raises
    ------
    EstimateError : if the counts cannot be used

    Notes
    -----
    With ten figures and ten intervals of 95 %, four in ten reports of a company to which nothing happens would announce something. All
    intervals hold together (Bonferroni), so that at most one in twenty does.

    - Shares of different customers, or of those who stayed: Newcombe's interval. The newest mature cohort is compared with the one before;
      those who went through the month of highest churn since the last report against everybody before them.
    - A figure worked out from all customers so far (lifetime value, retention after a year) rests on almost the same data in both reports.
      Efficient estimates from growing data have independent increments: the variance of the change is the variance then less the variance now.
      Information grows with the customers, so that is the variance now × (customers now / customers then - 1); the difference of two
      bootstrapped variances would be mostly noise.
    - Counts and amounts of a month: held against the steps from month to month before. The mean squared step has about two thirds as many
      degrees of freedom as there are steps, because neighbouring steps share a month.

    References
    ----------
    Newcombe (1998), method 10; Jennison & Turnbull (1997), JASA 92, 1330-1341 (independent increments); von Neumann et al. (1941), Annals of
    Mathematical Statistics 12, 153-162 (mean square successive difference).
    """
    check_confidence(confidence)
    currency = kpis.loc[kpis["kpi"] == "ltv", "unit"].iloc[0]
    sources = [
        *_of_movements(movements, currency, min_at_risk, last_steps), _of_leads(kpis, month, last_steps), _newest_cohort(cohorts, month, min_at_risk),
        _after_a_year(tenures, min_at_risk), _peak(tenures, min_at_risk), _lifetime_value(kpis, currency, month),
    ]  # fmt: skip
    compared = sum(not row["withheld"] for row in sources)
    each = 1 - (1 - confidence) / max(compared, 1)
    frame = pd.DataFrame([_judged(row, each) for row in sources]).assign(compared=compared)
    return frame.sort_values("size", ascending=False, kind="stable", na_position="last")[COLUMNS].reset_index(drop=True)


def _judged(row, confidence):
    """A row with its interval, verdict and size. `interval` takes the confidence and returns lower and upper."""
    row = {"n": np.nan, "of": "", "of_before": "", "group": ""} | row
    interval = row.pop("interval", None)
    row |= {"change": row["now"] - row["before"], "lower": np.nan, "upper": np.nan, "size": np.nan, "verdict": ""}
    if row["withheld"]:
        return row
    lower, upper = (float(end) for end in interval(confidence))
    change = row["change"]
    reach = change - lower if change > 0 else upper - change
    size = abs(change) / reach if reach > 0 else np.inf if change else 0.0
    return row | {"lower": lower, "upper": upper, "size": size, "verdict": NEWS if size > 1 else NOISE}


def _of_movements(movements, currency, min_at_risk, last_steps):
    frame = movements.iloc[-(last_steps + 2) :]
    there = frame["opening_customers"].to_numpy(dtype=float)
    rates = (("churn_rate_monthly", "churned_customers"), ("upgrade_rate", "expanded_customers"), ("downgrade_rate", "contracted_customers"))
    for figure, column in rates:
        counts = frame[column].to_numpy(dtype=float)
        if len(frame) < 2:
            yield _blank(figure, "share", _("there is no month before"))
        else:
            yield _shares(figure, (counts[-1], there[-1]), (counts[-2], there[-2]), min_at_risk, _("fewer than {min_at_risk} customers at a month's beginning"))
    yield _step("new_customers", "count", frame["new_customers"])
    yield _step("mrr_gained", currency, frame[_KINDS].sum(axis="columns"))


def _of_leads(kpis, month, last_steps):
    rows = kpis[(kpis["kpi"] == "leads") & (kpis["month"] <= month)]
    known = rows["value"].dropna().iloc[-(last_steps + 2) :]
    return _step("leads", "count", known) if len(known) else _blank("leads", "count", next(iter(rows["withheld"]), _("there are no leads")))


def _newest_cohort(cohorts, month, min_at_risk):
    """Retention after two months of the newest cohort that is old enough, and of the cohort before it."""
    if not len(cohorts):
        return _blank("retention_month_2", "share", _("nobody has paid yet"))
    trend = retention_trend(cohorts, month=month, tenure_months=[2], min_at_risk=min_at_risk)
    rows = trend[trend["mature"].astype(bool) & (trend["cohort_month"] != EVERYBODY) & trend["retention"].notna() & (trend["late_entrants"] == 0)].iloc[-2:]
    if len(rows) < 2 or rows["cohort_month"].iloc[0] != shift_month(rows["cohort_month"].iloc[1], -1):
        return _blank("retention_month_2", "share", _("no two neighbouring cohorts are old enough"))
    before, now = ((row.retention * row.customers, row.customers) for row in rows.itertuples())
    of_before, of = rows["cohort_month"]
    return _shares("retention_month_2", now, before, min_at_risk, _("fewer than {min_at_risk} customers in a cohort")) | {"of": of, "of_before": of_before}


def _after_a_year(tenures, min_at_risk):
    rows = [survival(own).query("group == @EVERYBODY and tenure_month == 12") for own in tenures if len(own)]
    if len(rows) < len(tenures) or any(len(row) == 0 or row["at_risk"].iloc[0] < min_at_risk for row in rows):
        return _blank("retention_month_12", "share", _("fewer than {min_at_risk} customers have been watched for a year").format(min_at_risk=min_at_risk))
    now, before = (tuple(row[["survival", "lower", "upper", "at_risk"]].iloc[0]) for row in rows)
    return _grown("retention_month_12", "share", now, before)


def _peak(tenures, min_at_risk):
    """Those who went through the month of highest churn since the last report, against all before them."""
    if not all(map(len, tenures)):
        return _blank("highest_churn_month", "share", _("nobody had paid a month before"))
    highest = peak_month(highest_churn_month(tenures[0], min_at_risk=min_at_risk))
    then = peak_month(highest_churn_month(tenures[1], min_at_risk=min_at_risk))
    if not highest:
        return _blank("highest_churn_month", "share", _("no month stands out"))
    now, before = (hazard(own, min_at_risk=min_at_risk).set_index(["group", "tenure_month"])[["churned", "at_risk"]] for own in tenures)
    group = max(highest, key=lambda name: now.loc[(name, highest[name]), "at_risk"])
    place = (group, highest[group])
    old = tuple(before.loc[place]) if place in before.index else (0, 0)
    new = tuple(np.subtract(now.loc[place], old))
    row = _shares("highest_churn_month", new, old, min_at_risk, _("fewer than {min_at_risk} customers have gone through that month since"))
    return row | {"of": str(highest[group]), "of_before": str(then.get(group, "")), "group": "" if group == EVERYBODY else group}


def _lifetime_value(kpis, currency, month):
    rows = kpis[kpis["kpi"] == "ltv"].set_index("month").reindex([month, shift_month(month, -1)])
    if rows["value"].isna().any():
        return _blank("ltv", currency, next(filter(None, rows["withheld"].fillna("")), _("there was none a month before")))
    now, before = rows[["value", "lower", "upper", "n"]].itertuples(index=False)
    return _grown("ltv", currency, tuple(now), tuple(before))


def _blank(figure, unit, why):
    return {"figure": figure, "unit": unit, "now": np.nan, "before": np.nan, "withheld": why}


def _shares(figure, now, before, min_at_risk, few):
    """Two shares of different customers: (events, trials) each. `few` is said where they are too few."""
    row = {"figure": figure, "unit": "share", "now": _divide(*now), "before": _divide(*before), "n": now[1], "withheld": ""}
    if min(now[1], before[1]) < min_at_risk:
        return row | {"withheld": few.format(min_at_risk=min_at_risk)}
    return row | {"interval": lambda confidence: newcombe_interval(*now, *before, confidence=confidence)}


def _grown(figure, unit, now, before):
    """Two estimates (value, lower, upper at 95 %, customers) of the same figure, the second from a part of the first one's customers."""
    row = {"figure": figure, "unit": unit, "now": now[0], "before": before[0], "n": now[3], "withheld": ""}
    error, change = (now[2] - now[1]) / 2 / norm.isf(0.025), now[0] - before[0]
    if not (error > 0 and now[3] > before[3] > 0):
        return row | {"withheld": _("nothing was added since that chance could move")}
    spread = error * np.sqrt(now[3] / before[3] - 1)
    return row | {"interval": lambda confidence: (change + side * norm.isf((1 - confidence) / 2) * spread for side in (-1, 1))}


def _step(figure, unit, series):
    """The newest step of a series, against the steps before it."""
    values = np.asarray(series, dtype=float)
    now, before = (values[-1], values[-2]) if len(values) > 1 else (np.nan, np.nan)
    row = {"figure": figure, "unit": unit, "now": now, "before": before, "n": now if unit == "count" else np.nan, "withheld": ""}
    steps = np.diff(values[:-1])
    if len(steps) < _FEWEST_STEPS:
        return row | {"withheld": _("fewer than {months} earlier months to say how large a step is usual").format(months=_FEWEST_STEPS)}
    usual, freedom = np.sqrt(np.mean(steps**2)), 2 * len(steps) / 3
    return row | {"interval": lambda confidence: (now - before + side * t.isf((1 - confidence) / 2, freedom) * usual for side in (-1, 1))}


def _divide(events, trials):
    return events / trials if trials > 0 else np.nan
