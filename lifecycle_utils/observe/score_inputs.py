"""What does a score look at? Each input has a few readable values; which value a customer has is told by the engine.

The values are chosen without looking at who left: fixed ones where a number means the same everywhere, or else bands of the
customers who pay at the end of the snapshot. The same inputs serve every month, so that history and today are read alike.
"""

from dataclasses import dataclass, field

import narwhals as nw

from lifecycle_utils.errors import UsageError
from lifecycle_utils.language import _
from lifecycle_utils.observe.bands import band_labels, readable_edges
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import UNKNOWN
from lifecycle_utils.observe.known_at_start import acquisition_attributes
from lifecycle_utils.observe.moments import moment_of
from lifecycle_utils.observe.money import UNIT
from lifecycle_utils.observe.purchase_history import purchase_history
from lifecycle_utils.observe.usage_history import MONTH, QUARTER, frequent_features, names_users

#: Rarer values of a text are one: "(other)".
_MOST_VALUES = 12
_OTHER = "(other)"
#: An input that follows the trend of customers of the same kind, where this attribute is known.
PEERS_BY = "industry"


@dataclass(frozen=True)
class Input:
    """One input of a score.

    Attributes
    ----------
    name : its column
    title : what it is called
    labels : its values, in their order
    table : the table without which it is not known
    code : engine column of the value's place in `labels`, from the columns of `histories`
    source : the feature or attribute that it is read from, if it is one
    """

    name: str
    title: str
    labels: tuple[str, ...]
    table: str
    code: object = field(repr=False)
    source: str = ""


def score_inputs(snapshot, *, horizon_months, attributes=""):
    """The inputs that this company's tables allow, as a tuple of Input.

    Parameters
    ----------
    horizon_months : calendar months after the snapshot in which churn is predicted
    attributes : customers' attributes that may enter, as a list or separated by commas ("none" for none); empty for those known at
        acquisition (leads have them too). Attributes carry no dates: one that is filled in when a customer leaves would tell the end,
        and no test could notice.

    Raises
    ------
    UsageError : for an attribute that customers do not have
    """
    inputs = [*_purchases(snapshot, horizon_months)]
    if snapshot.has("usage"):
        inputs += _usage(snapshot)
    if snapshot.has("feedback"):
        inputs += _feedback()
    if snapshot.has("leads"):
        inputs += _acquisition(snapshot)
    return (*inputs, *_attributes(snapshot, attributes))


def code_columns(inputs):
    """The engine's columns of the inputs' codes: numbered, for features may be called anything, and engines do not tell `A` from `a`."""
    return [f"input_{number}" for number in range(len(inputs))]


def missing_inputs(snapshot):
    """What a score would look at if the company brought the table: dict of absent table to titles of its inputs."""
    told = {
        "usage": ("days of use", "use against the months before", "features and people that use it", "use of each main feature"),
        "feedback": ("last NPS answer", "last satisfaction (CSAT) answer"),
        "leads": ("acquisition channel", "how they tried it", "attributes known before the purchase"),
    }
    return {table: titles for table, titles in told.items() if not snapshot.has(table)}


def choice(conditions):
    """The number of the first condition that holds, else their count; nulls count as false."""
    code = nw.lit(len(conditions))
    for number, condition in reversed(list(enumerate(conditions))):
        code = nw.when(condition.fill_null(False)).then(nw.lit(number)).otherwise(code)
    return code


def _steps(column, edges):
    """Codes of a number: up to each edge, then above the last; null is 0 like the lowest."""
    value = nw.col(column).fill_null(0)
    return choice([value <= edge for edge in edges])


def _purchases(snapshot, horizon_months):
    paying = purchase_history(moment_of(snapshot))
    tenure, bound, due = nw.col("tenure"), nw.col("billing_months") > 1, nw.col("renewal_in") <= horizon_months
    stages = {
        "fixed term, first renewal ahead": bound & due & (nw.col("renewals") == 0),
        "fixed term, later renewal ahead": bound & due,
        "fixed term, no renewal ahead": bound,
        "month 1": tenure == 0, "month 2": tenure == 1, "month 3": tenure == 2, "months 4-6": tenure <= 5, "months 7-12": tenure <= 11,
        "year 2": tenure <= 23,
    }
    yield Input("stage", "stage", (*stages, "year 3 or later"), "subscriptions", choice(list(stages.values())))
    yield _band_input("mrr_level", "MRR", "subscriptions", nw.col("units"), _edges(snapshot, paying, "mrr", nw.col("units").cast(nw.Float64) / UNIT), unit=UNIT)
    now, before = nw.col("units"), nw.col("units_before")
    changes = {"not a customer then": before == 0, "fell": now < before, "same": now == before}
    yield Input("mrr_change", "MRR against before", (*changes, "rose"), "subscriptions", choice(list(changes.values())))
    ago = ("0-2 months ago", "3-5 months ago", "6-11 months ago", "a year ago or more")
    yield Input("recency", "last purchase or renewal", ago, "subscriptions", _steps("recency", (2, 5, 11)))
    yield Input("frequency", "purchases in a year", ("none", "1", "2", "3 or more"), "subscriptions", _steps("frequency", (0, 1, 2)))
    yield Input("returned", "returned after leaving", ("no", "yes"), "subscriptions", nw.col("returned"))


def _usage(snapshot):
    days = ("none", "1", "2-3", "4-7", "8-14", "15-21", "22 or more")
    yield Input("usage_level", "days of use in 30", days, "usage", _steps("days_30", (0, 1, 3, 7, 14, 21)))
    yield _trend("usage_trend", "use in 30 days against before", "days_30", "days_31_120", MONTH, QUARTER)
    yield _trend("usage_trend_3", "use in 3 months against before", "days_90", "days_91_180", QUARTER, QUARTER)
    yield Input("features_used", "features used", ("none", "1", "2", "3", "4", "5 or more"), "usage", _steps("features_90", (0, 1, 2, 3, 4)))
    if names_users(snapshot):
        yield Input("users", "people using it", ("none", "1", "2-3", "4-9", "10 or more"), "usage", _steps("users_90", (0, 1, 3, 9)))
    for number, feature in enumerate(frequent_features(snapshot)):
        yield Input(f"uses_{feature}", _("days with {feature}").format(feature=feature), ("none", "1-2", "3 or more"), "usage",
            _steps(f"uses_{number}", (0, 2)), feature)


def _trend(name, title, now, before, days_now, days_before):
    """Days of use per day observed, now over before. The days before count from when the customer and the data began."""
    seen = nw.col("observed_days") - days_now
    seen = nw.when(seen > days_before).then(nw.lit(days_before)).otherwise(seen)
    left, right = nw.col(now) * seen * 4, nw.col(before) * days_now  # 4 x now / before, without division
    kinds = {
        "too new to compare": ~(seen >= days_now).fill_null(False),
        "none before, none now": (nw.col(now) == 0) & (nw.col(before) == 0),
        "stopped": nw.col(now) == 0,
        "fell by more than half": left < 2 * right,
        "fell": left < 3 * right,
        "steady": left <= 5 * right,
    }
    return Input(name, title, (*kinds, "rose"), "usage", choice(list(kinds.values())))


def _feedback():
    nps, csat = nw.col("nps"), nw.col("csat")
    yield Input("nps", "last NPS answer", ("no answer", "0-6", "7-8", "9-10"), "feedback", choice([nps.is_null(), nps <= 6, nps <= 8]))
    yield Input("csat", "last satisfaction answer", ("no answer", "1-2", "3", "4-5"), "feedback", choice([csat.is_null(), csat < 3, csat < 4]))


def _acquisition(snapshot):
    channels = _frequent(snapshot.table("leads"), "channel")
    if channels:
        yield _text_input("channel", "acquisition channel", "leads", channels)
    trials = ("none", "with card", "without card", "trial")
    yield Input("trial", "trial", (*trials, "no lead known"), "leads", choice([nw.col("trial") == one for one in trials]))


def _attributes(snapshot, attributes):
    known = snapshot.attributes.get("customers", ()) if snapshot.has("customers") else ()
    named = [name.strip() for name in attributes.split(",") if name.strip()] if isinstance(attributes, str) else list(attributes)
    names = acquisition_attributes(snapshot) if not named else [name for name in named if name != "none"]
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"attributes: customers have no attribute {unknown[0]!r}; they have: {', '.join(known) or 'none'}")
    table = snapshot.table("customers") if names else None
    for name in names:
        column = f"attribute_{name}"
        if name in snapshot.numeric_attributes["customers"]:
            yield _band_input(column, name, "customers", nw.col(column), _edges(snapshot, table, name, nw.col(name)), source=name)
        else:
            yield _text_input(column, name, "customers", _frequent(table, name), source=name)
    if PEERS_BY in names:
        trend, moves = nw.col("peer_trend"), ("too few to say", "falling", "steady", "rising")
        yield Input("peers", _("churn in the {group}").format(group=_(PEERS_BY)), moves, "customers", choice([trend.is_null(), trend < 0, trend == 0]))


def _text_input(column, title, table, values, *, source=""):
    code = choice([*(nw.col(column) == value for value in values), ~nw.col(column).is_null()])
    return Input(column, title, (*values, _OTHER, UNKNOWN), table, code, source)


def _band_input(column, title, table, value, edges, *, unit=1, source=""):
    code = choice([*(value <= edge * unit for edge in edges), ~value.is_null()])
    return Input(column, title, (*band_labels(edges), UNKNOWN), table, code, source)


def _frequent(table, column):
    """The most frequent values of a text column, in alphabetical order."""
    counts = table.filter(~nw.col(column).is_null()).group_by(column).agg(nw.len().alias("rows"))
    return sorted(fetch(counts.sort("rows", column, descending=[True, False]).head(_MOST_VALUES))[column])


def _edges(snapshot, table, name, value):
    """Edges of bands: those of [bands] in lifecycle.toml, or else readable quantiles."""
    if name in snapshot.settings.bands:
        return snapshot.settings.bands[name]
    cuts = (0.25, 0.5, 0.75, 0.95)
    column = nw.col("value")
    quantiles = fetch(table.select(value=value).select(*(column.quantile(cut, interpolation="linear").alias(f"cut_{n}") for n, cut in enumerate(cuts))))
    return readable_edges(quantiles.iloc[0].dropna()) or [0]
