"""How much does a lead look like the best customers, and did that tell good leads from others before?"""

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.clustered import clustered_error, normal_interval
from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.estimate.ranking import auc, gain_curve, top_lift
from lifecycle_utils.language import _

_COUNTS = ["leads", "customers", "good_customers"]
_TOP = 0.2


def lead_points(profile, attributes):
    """What is each trait of a lead worth? The logarithm of its lift, for the attributes in which the profile found anything.

    Parameters
    ----------
    profile : DataFrame of `ideal_customer_profile`
    attributes : those that leads have too

    Returns
    -------
    DataFrame, one row per (attribute, value): points (logarithm of the shrunken lift: 0 says nothing, above 0 speaks for the lead), lift
    (shrunken), significant. Empty where nothing distinguishes the top customers: then no lead is better than another.

    Notes
    -----
    Points add up, as if the traits were independent among the top customers and among all (a naive Bayes score); it ranks leads and is no
    probability. Lifts are shrunken, so that a small group of customers does not put its leads on top.
    """
    known = profile[profile["attribute"].isin(list(attributes)) & profile["shrunken_lift"].notna()]
    found = known.groupby("attribute")["significant"].any()
    told = known[known["attribute"].isin(found.index[found])].sort_values(["attribute", "value"], ignore_index=True)
    table = told[["attribute", "value", "shrunken_lift", "significant"]].rename(columns={"shrunken_lift": "lift"})
    return table.assign(points=np.log(np.maximum(table["lift"].astype(float), 1e-3)))[["attribute", "value", "points", "lift", "significant"]]


def lead_backtest(outcomes, points, *, min_good=10, confidence=0.95):
    """Would the earlier profile have put the leads that became good customers on top?

    Parameters
    ----------
    outcomes : DataFrame, one row per combination of traits: a column of labels per attribute, leads, customers, good_customers
    points : DataFrame of `lead_points`, from a profile that is older than the leads
    min_good : with fewer good customers everything is withheld

    Returns
    -------
    DataFrame, one row per measure: auc, top_fifth_lift, top_fifth_rate, base_rate
        value, lower, upper, verdict ("better", "worse", "no difference" against a list in no order), leads, customers, good_customers, withheld
    """
    ground, reason = {name: int(outcomes[name].sum()) for name in _COUNTS}, ""
    if not ground["leads"]:
        reason = _("there are no leads from before whose traits are those of customers and whose time is over")
    elif not len(points):
        reason = _("the profile found nothing that distinguishes the top customers")
    elif ground["good_customers"] < min_good:
        reason = _("only {good_customers} of {leads} leads became good customers; at least {min_good} are needed").format(
            good_customers=ground["good_customers"], leads=ground["leads"], min_good=min_good,
        )
    if reason:
        return pd.DataFrame([{"measure": "auc", "value": np.nan, "lower": np.nan, "upper": np.nan, "verdict": "", **ground, "withheld": reason}])
    fit, good = _rows(outcomes, points)
    leads, rows = np.arange(len(fit)), []
    value, influence = auc(fit, good)
    rows.append(_row("auc", value, *normal_interval(value, clustered_error(influence, leads), confidence=confidence), nothing=0.5))
    value, influence, rate = top_lift(fit, good, share=_TOP)
    rows.append(_row("top_fifth_lift", value, *normal_interval(value, clustered_error(influence, leads), confidence=confidence, log=True), nothing=1.0))
    rows.append(_row("top_fifth_rate", rate, *_wilson(rate * _TOP * len(fit), _TOP * len(fit), confidence)))
    rows.append(_row("base_rate", good.mean(), *_wilson(good.sum(), len(good), confidence)))
    return pd.DataFrame([{**row, **ground, "withheld": ""} for row in rows])


def lead_gains(outcomes, points):
    """Going down the leads from the best fit, how soon are those found that became good customers? DataFrame method, share, found."""
    fit, good = _rows(outcomes, points) if outcomes["good_customers"].sum() else (None, np.array([False]))
    if not good.any():
        return pd.DataFrame(columns=["method", "share", "found"])
    return gain_curve(fit, good).assign(method="profile")[["method", "share", "found"]]


def lead_reasons(leads, points, *, most=3):
    """Which traits speak for each lead? DataFrame lead_id, rank, attribute, value, lift: those with a lift above 1, the highest first."""
    worth = points.set_index(["attribute", "value"])["lift"].to_dict()
    rows = []
    for lead in leads.to_dict("records"):
        own = [(worth.get((attribute, lead[attribute]), 1.0), attribute) for attribute in dict.fromkeys(points["attribute"])]
        told = sorted((pair for pair in own if pair[0] > 1.0), key=lambda pair: (-pair[0], pair[1]))[:most]
        rows += [(lead["lead_id"], rank, attribute, lead[attribute], lift) for rank, (lift, attribute) in enumerate(told, start=1)]
    return pd.DataFrame(rows, columns=["lead_id", "rank", "attribute", "value", "lift"])


def _rows(outcomes, points):
    """A fit and an outcome per lead, from the counts."""
    missing = [name for name in (*_COUNTS, *dict.fromkeys(points["attribute"])) if name not in outcomes]
    if missing:
        raise EstimateError(f"outcomes lack {', '.join(missing)}; observe.lead_outcomes makes them")
    worth = points.set_index(["attribute", "value"])["points"].to_dict()
    fit = sum((outcomes[name].map(lambda value, name=name: worth.get((name, value), 0.0)).astype(float) for name in dict.fromkeys(points["attribute"])),
              pd.Series(0.0, index=outcomes.index))
    leads, good = outcomes["leads"].to_numpy("int64"), outcomes["good_customers"].to_numpy("int64")
    counts = np.column_stack([good, leads - good]).ravel()
    return np.repeat(np.repeat(fit.to_numpy(), 2), counts), np.repeat(np.tile([True, False], len(outcomes)), counts)


def _wilson(events, trials, confidence):
    return tuple(float(end) for end in wilson_interval(events, trials, confidence=confidence))


def _row(measure, value, lower, upper, *, nothing=None):
    verdict = "" if nothing is None or np.isnan(lower) else "better" if lower > nothing else "worse" if upper < nothing else "no difference"
    return {"measure": measure, "value": float(value), "lower": float(lower), "upper": float(upper), "verdict": verdict}
