"""Who paid at the end of a month, what was known of them then, and had they left some months later?"""

import datetime as dt
from dataclasses import dataclass, replace

import narwhals as nw
import numpy as np
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import month_end, month_of, month_range, shift_month
from lifecycle_utils.observe.features import features
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.moments import Moments, earliest, numbered
from lifecycle_utils.observe.money import UNIT
from lifecycle_utils.observe.score_inputs import code_columns
from lifecycle_utils.observe.spells import spells
from lifecycle_utils.observe.usage_history import QUARTER

#: More rows are not needed to fit or to test a score; beyond, every n-th customer stands for all. Bounds the memory.
MOST_ROWS = 400_000


@dataclass(frozen=True)
class ScoredMonths:
    """Months at whose ends a prediction could have been made that has come true or not: first those to learn from, then those to test on.

    Every horizon of `train` is over when the first prediction of `test` is made, so that nothing is learnt from the test. Where there is one month
    only (a young company, or a single look at one), both hold it, and customers are kept apart instead.
    """

    train: tuple
    test: tuple
    tested_from: str  # the month in which the score that is tested would have been made; the snapshot's where nothing can be tested

    @property
    def all(self):
        return list(dict.fromkeys([*self.train, *self.test]))

    @property
    def by_customer(self):
        """Is the test on other customers of the same month, and not on later months?"""
        return bool(self.test) and self.train == self.test

    def split(self, rows):
        """The customer-months to learn from, and those to test on: later months, or else every second customer."""
        tested = rows["month"].isin(self.test)
        if self.by_customer:
            tested = tested & (np.unique(rows["customer"], return_inverse=True)[1] % 2 == 1)
        return rows[~tested], rows[tested]


def scored_months(snapshot, *, horizon_months, test_months=12, train_months=36):
    """At which months' ends may a score learn, and at which may it be tested?

    Parameters
    ----------
    horizon_months : churn is predicted for so many calendar months; all of them, and the grace period, are over by the snapshot. The
        months lie as far apart, so that no churn is counted twice.
    test_months : calendar months kept for the test, the newest; at least half of what there is stays for learning
    train_months : how far back learning goes before that

    Returns
    -------
    ScoredMonths; both are empty where the data are younger than the horizon, and hold the same month where there is only one
    """
    if min(horizon_months, test_months, train_months) < 1:
        raise UsageError(f"horizon_months, test_months and train_months must be 1 or more, not {horizon_months}, {test_months}, {train_months}")
    begins = earliest(spells(snapshot), "started_on")
    if begins is None:
        return ScoredMonths((), (), snapshot.month)
    if snapshot.settings.observed_from is not None:
        begins = max(begins, snapshot.settings.observed_from)
    last = shift_month(month_of(_certain(snapshot)), -1 - horizon_months)
    months = month_range(month_of(begins), last)[::-horizon_months][::-1]
    tested = min(-(-test_months // horizon_months), len(months) // 2)
    periods = -(-train_months // horizon_months)
    train, test = (months, months) if len(months) == 1 else (months[: len(months) - tested], months[len(months) - tested :])
    return ScoredMonths(tuple(train[max(len(train) - periods, 0) :]), tuple(test), test[0] if test else snapshot.month)


def customer_months(snapshot, inputs, *, months, horizon_months, most_rows=MOST_ROWS):
    """One row per month and customer that paid at its end: what was known then, and whether it left in the months after.

    Parameters
    ----------
    snapshot : Snapshot by whose end the outcomes are known; all horizons and the grace period are over by then
    inputs : of `score_inputs`
    months : calendar months "YYYY-MM", as of `scored_months`
    horizon_months : calendar months after each
    most_rows : beyond so many rows every n-th customer (by id) stands for all, in every month

    Returns
    -------
    DataFrame : month (text), customer (number, the same in every month), churned (bool), mrr (currency per month), and for each input a
        categorical column of its labels. `.attrs["every"]` is n, 1 where nobody was left out.

    Raises
    ------
    UsageError : for a month whose horizon is not over by the snapshot: who has not left yet may still leave

    Notes
    -----
    Inputs are read from the Snapshot of each month, which holds nothing later; only outcomes are read from `snapshot`.
    """
    open_ended = [month for month in months if month_end(shift_month(month, horizon_months)) > _certain(snapshot)]
    if open_ended:
        raise UsageError(
            f"the {horizon_months} months after {open_ended[0]} are not over at the end of {snapshot.month} ({len(open_ended)} such months); leave them out"
        )
    names, every = [one.name for one in inputs], max(1, -(-_count_rows(snapshot, months) // most_rows))
    if not months:
        return _nobody(inputs)
    chosen = numbered(snapshot, every=every)
    moments = Moments(tuple(_limited(snapshot, month, chosen, every, months[0]) for month in months), chosen)
    left = nw.concat([_outcome(snapshot, number, month, horizon_months) for number, month in enumerate(months)]).join(chosen, on="customer_id", how="inner")
    known = features(moments, inputs).join(left, on=["moment", "customer"], how="inner")
    frame = fetch(known.select("moment", "customer", "churned", "units", *code_columns(inputs)), sort=["moment", "customer"])
    told = frame.assign(month=np.array(months, dtype=object)[frame["moment"]], churned=frame["churned"] == 1, mrr=frame["units"] / UNIT)
    told = labelled(told, inputs)[["month", "customer", "churned", "mrr", *names]]
    told.attrs["every"] = every
    return told


def _nobody(inputs):
    fixed = {"month": pd.Series(dtype=object), "customer": pd.Series(dtype="int64"), "churned": pd.Series(dtype=bool), "mrr": pd.Series(dtype=float)}
    return pd.DataFrame(fixed | {one.name: pd.Categorical([], categories=list(one.labels)) for one in inputs})


def labelled(frame, inputs):
    """Codes as they came from the engine, as categorical columns of the inputs' labels."""
    columns = code_columns(inputs)
    named = {one.name: pd.Categorical.from_codes(frame[column].to_numpy(), list(one.labels)) for one, column in zip(inputs, columns, strict=True)}
    return frame.drop(columns=columns).assign(**named)


def _limited(snapshot, month, chosen, every, first_month):
    """The snapshot of a month. Where few customers stand for all, their usage is sought out once and not again for every month."""
    then = snapshot.as_of(month)
    if every == 1 or not snapshot.has("usage"):
        return then
    begin = month_end(first_month) - dt.timedelta(days=2 * QUARTER)
    theirs = snapshot.table("usage").filter(nw.col("used_on") >= begin).join(chosen.select("customer_id"), on="customer_id", how="semi")
    usage = snapshot.once(("usage", every, first_month), lambda: theirs.select("customer_id", "used_on", "feature", "user_id"))
    return replace(then, tables={**then.tables, "usage": usage.filter(nw.col("used_on") < then.cutoff)})


def _outcome(snapshot, number, month, horizon_months):
    begin, end = month_end(month), month_end(shift_month(month, horizon_months))
    started, ended = nw.col("started_on"), nw.col("ended_on")
    paying = spells(snapshot).filter((started < begin) & (ended.is_null() | (ended > begin)))
    return paying.select("customer_id", moment=nw.lit(number), churned=nw.when((ended <= end).fill_null(False)).then(1).otherwise(0))


def _certain(snapshot):
    """The day by which every end is certain: one within the grace period may still turn out to be a gap."""
    return snapshot.cutoff - dt.timedelta(days=snapshot.settings.grace_days)


def _count_rows(snapshot, months):
    started, ended = nw.col("started_on"), nw.col("ended_on")
    paying = {f"m{n}": (started < end) & (ended.is_null() | (ended > end)) for n, end in enumerate(map(month_end, months))}
    if not paying:
        return 0
    counts = spells(snapshot).with_columns(**{name: nw.when(flag).then(1).otherwise(0) for name, flag in paying.items()})
    return int(fetch(counts.select(*(nw.col(name).sum() for name in paying))).fillna(0).to_numpy().sum())
