"""How do the other customers of the same kind fare: is their churn rising or falling?"""

import narwhals as nw

from lifecycle_utils.observe.moments import number_of
from lifecycle_utils.observe.purchase_history import spell_history

#: Fewer paying customers at the start of either half-year say nothing about a trend.
_LEAST_CUSTOMERS = 30


def peer_trend(moments, kinds):
    """One row per moment (its number) and kind of customer: `peer_trend` is 1 where churn rises, -1 where it falls, 0 where it is steady.

    `kinds` has key and `kind`. Kinds with too few customers are left out. Churn of the last 6 months, among those who paid at their start,
    against that of the 6 months before. It moves when it changed by a quarter or more, and by more than one standard error. Where the data
    begins later than that year, it says nothing: who left before is missing.
    """
    started, ended, now, half, year = (nw.col(name) for name in ("started_on", "ended_on", "as_of", "half", "year"))
    flags = {}
    for name, begin, end in (("now", half, now), ("then", year, half)):
        paid = (started < begin) & (ended.is_null() | (ended > begin))
        flags[f"paid_{name}"], flags[f"left_{name}"] = _count(paid), _count(paid & (ended <= end))
    dated = spell_history(moments).join(kinds.select("key", "kind"), on="key", how="inner")
    dated = dated.with_columns(half=now.dt.offset_by("-6mo"), year=now.dt.offset_by("-12mo"))
    since = moments.snapshots[-1].settings.observed_from
    dated = dated if since is None else dated.filter(year >= since)
    counts = dated.with_columns(moment=number_of(nw.col("key")), **flags).group_by("moment", "kind").agg(*(nw.col(name).sum() for name in flags))
    counts = counts.filter((nw.col("paid_now") >= _LEAST_CUSTOMERS) & (nw.col("paid_then") >= _LEAST_CUSTOMERS))
    rates = counts.with_columns(now=nw.col("left_now") / nw.col("paid_now"), then=nw.col("left_then") / nw.col("paid_then"))
    now, then = nw.col("now"), nw.col("then")
    change, variance = now - then, now * (1 - now) / nw.col("paid_now") + then * (1 - then) / nw.col("paid_then")
    beyond = change * change > variance
    falls = nw.when(beyond & (now <= 0.8 * then)).then(nw.lit(-1)).otherwise(nw.lit(0))
    return rates.select("moment", "kind", peer_trend=nw.when(beyond & (now >= 1.25 * then)).then(nw.lit(1)).otherwise(falls))


def _count(condition):
    return nw.when(condition).then(1).otherwise(0)
