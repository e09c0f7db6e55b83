"""The key figures of the seven stages, month by month, with what they changed since the month before and the year before."""

import numpy as np
import pandas as pd

from lifecycle_utils.estimate import monthly_values as monthly
from lifecycle_utils.estimate.conversion import ages_as_of, conversion, conversion_at
from lifecycle_utils.estimate.counts import check_confidence
from lifecycle_utils.estimate.kpi_list import CURRENCY, KPIS
from lifecycle_utils.estimate.lifetime_value import lifetime_value
from lifecycle_utils.language import N_, _
from lifecycle_utils.months import month_end, month_range, shift_month

COLUMNS = ["stage", "kpi", "month", "value", "lower", "upper", "n", "unit", "change_month", "change_year", "withheld",
           "change_month_lower", "change_month_upper", "month_verdict", "change_year_lower", "change_year_upper", "year_verdict"]
NEWS, NOISE = "news", "noise"
_LTV_MONTHS = N_("worked out for the report's month, the month before and the year before only")


def stage_kpis(counts, *, currency, gross_margin=1.0, discount_rate_annual=0.0, horizon_months=36, confidence=0.95, min_at_risk=30):
    """How did each stage do in each month, and is the change since the month before, and the year before, more than chance?

    Parameters
    ----------
    counts : with `months`, `frames`, `worth`, `missing`, as `observe.stage_counts` returns it
    currency : ISO code, the unit of money
    gross_margin, discount_rate_annual, horizon_months : of the lifetime value, which is the restricted mean within the horizon
    min_at_risk : with a smaller denominator the interval is withheld; where people must be watched first, the value as well

    Returns
    -------
    DataFrame, one row per key figure and month of `counts.months`, key figures in the order of `kpi_list.KPIS`
        stage, kpi ("cac_12_months:partner" is one channel's, "feature_use:reports" one feature's), month
        value, lower, upper, unit : "count", "share", "days", "points" or the currency
        n : the denominator (a count's own value)
        change_month, change_year : value less that of the month before, of the same month a year before; in the unit
        withheld : why there is no value, or no interval; "" if both are there
        change_month_lower, change_month_upper, change_year_lower, change_year_upper : interval of the change, where the two values are
            independent, that is where the months they look back on do not overlap
        month_verdict, year_verdict : "news" where that interval leaves out 0, "noise" where it does not, "" where it is not known

    Notes
    -----
    Each change is judged by itself: of twenty that are nothing but chance one is news at 95 %.

    References
    ----------
    Intervals of changes put together from those of the two values: Zou & Donner (2008), Statistics in Medicine 27, 1693-1702, which for
    shares is Newcombe (1998), method 10.
    """
    options = {"min_at_risk": min_at_risk, "confidence": check_confidence(confidence)}
    whole = month_range(shift_month(counts.months[0], -12), counts.months[-1])
    money = {"gross_margin": gross_margin, "discount_rate_annual": discount_rate_annual, "horizon_months": horizon_months}
    known = _values(counts, whole, money, options)
    parts = []
    for one in KPIS:
        reason = " and ".join(dict.fromkeys(counts.missing[need] for need in one.needs if need in counts.missing))
        named = {name: frame for name, frame in known.items() if name.split(":")[0] == one.name} if not reason else {}
        for name, frame in (named or {one.name: pd.DataFrame(columns=monthly.COLUMNS)}).items():
            row = _changes(_every_month(frame, whole, reason or _("nothing is known for this month")), one.window_months)
            parts.append(row.assign(stage=one.stage, kpi=name, unit=currency if one.unit == CURRENCY else one.unit))
    table = pd.concat(parts, ignore_index=True)
    return table.loc[table["month"] >= counts.months[0], COLUMNS].reset_index(drop=True)


def _values(counts, months, money, options):
    """Dict of key figure to its frame of `monthly_values.COLUMNS`, for everything the counts allow."""
    frames, known = counts.frames, {}
    if "awareness" in frames:
        known |= {name: monthly.counted(frames["awareness"], name).dropna(subset="value") for name in ("visits", "social_engagements", "brand_mentions")}
    if "leads" in frames:
        known |= {"leads": monthly.counted(frames["leads"], "leads"), "demo_requests": monthly.counted(frames["leads"], "demos")}
    if "leads" in frames and "awareness" in frames:
        both = frames["leads"].merge(frames["awareness"].dropna(subset="visits"), on="month")
        known["lead_generation_rate"] = monthly.share_of(both["month"], both["leads"], both["visits"], what=N_("visits"), **options)
    if "trials" in frames:
        known["trial_sign_ups"] = monthly.counted(frames["trials"], "trials")
    if "lead_ages" in frames:
        known |= _within(frames["lead_ages"], months, 12, {"conversion_within_90_days": 90}, options)
    if "acquisition" in frames:
        known |= _acquisition_costs(frames["acquisition"])
    if "first_value_ages" in frames:
        names = {"first_value_within_7_days": 7, "first_value_within_30_days": 30, "time_to_first_value": None}
        known |= _within(frames["first_value_ages"], months, 3, names, options)
    if "features" in frames:
        for group, rows in frames["features"].groupby("group", sort=False):
            name = "feature_use" if group == "all" else f"feature_use:{group}"
            known[name] = monthly.share_of(rows["month"], rows["customers"], rows["paying"], what=N_("paying customers"), **options)
    if "active" in frames:
        known["stickiness"] = monthly.stickiness(frames["active"], **options)
    if "answers" in frames:
        known |= {"csat": monthly.satisfied(frames["answers"], **options), "nps": monthly.net_promoter_scores(frames["answers"], **options)}
    return known | _of_movements(frames["movements"], options) | {"ltv": _lifetime_values(counts.worth, months, money, options)}


def _of_movements(movements, options):
    month, opening = movements["month"], movements["opening_customers"]
    return {
        "new_customers": monthly.counted(movements, "new_customers"),
        "customer_churn": monthly.share_of(month, movements["churned_customers"], opening, what=N_("customers at the month's beginning"), **options),
        "annual_customer_churn": monthly.annual_churn(movements, **options),
        "upgrade_rate": monthly.share_of(month, movements["expanded_customers"], opening, what=N_("customers at the month's beginning"), **options),
        "arpu": monthly.ratio_of(month, movements["closing_mrr"], movements["closing_customers"], what=N_("paying customers")),
    }


def _acquisition_costs(acquisition):
    """Spend per new customer: of the month, and of twelve months together, for everybody and by channel."""
    known = {}
    months = month_range(acquisition["month"].min(), acquisition["month"].max())
    for group, rows in acquisition.groupby("group", sort=False):
        sums = rows.set_index("month")[["spend", "new_customers"]].reindex(months, fill_value=0)
        year = sums.rolling(12).sum().dropna()
        if group == "all":
            known["cac"] = monthly.ratio_of(sums.index, sums["spend"], sums["new_customers"], what=N_("new customers"))
        name = "cac_12_months" if group == "all" else f"cac_12_months:{group}"
        known[name] = monthly.ratio_of(year.index, year["spend"], year["new_customers"], what=N_("new customers"))
    return known


def _within(ages, months, window, names, options):
    """Month by month, of those who came in the last `window` months, as known at the month's end: the share that got there within so many
    days, or (where a name has none) the day by which half had."""
    curves = {}
    for month in months:
        cutoff = month_end(month)
        recent = ages_as_of(ages, cutoff, created_from=f"{shift_month(month, 1 - window)}-01")
        if len(recent):
            curves[month] = conversion(recent, cutoff=cutoff, groups=month, confidence=options["confidence"])
    return {name: _halves(curves, options) if days is None else _shares(curves, days, options) for name, days in names.items()}


def _shares(curves, days, options):
    if not curves:
        return pd.DataFrame(columns=monthly.COLUMNS)
    told = conversion_at(pd.concat(curves.values(), ignore_index=True), within_days=days, min_at_risk=options["min_at_risk"])
    return told.rename(columns={"group": "month", "conversion": "value", "customers": "n"})[monthly.COLUMNS]


def _halves(curves, options):
    found = [(month, _half(curve, options)) for month, curve in curves.items()]
    rows = [(month, row["conversion"], row["lower"], row["upper"], row["customers"], row["withheld"]) for month, row in found]
    return pd.DataFrame(rows, columns=monthly.COLUMNS)


def _half(curve, options):
    """The day by which half have got there; the interval inverts the curve's own (Brookmeyer & Crowley 1982)."""
    usable = curve[curve["watched"] >= options["min_at_risk"]]
    day, lower, upper = (next(iter(usable.loc[usable[column] >= 0.5, "days"]), np.nan) for column in ("conversion", "upper", "lower"))
    why = _("fewer than half have got there yet") if np.isnan(day) else _("the interval has no upper end") if np.isnan(upper) else ""
    return {"conversion": day, "lower": lower, "upper": upper, "customers": curve["customers"].iloc[0], "withheld": why}


def _lifetime_values(worth, months, money, options):
    horizon, rows = money["horizon_months"], []
    for month, (tenures, revenue) in worth.items():
        if tenures.empty:
            continue
        everybody = [frame[frame["group"] == "all"] for frame in (tenures, revenue)]
        values = lifetime_value(*everybody, horizons_months=(horizon,), gross_margin=money["gross_margin"],
                                discount_rate_annual=money["discount_rate_annual"], confidence=options["confidence"])
        row = values[values["method"] == "restricted_mean"].iloc[0]
        rows.append((month, row["value"], row["lower"], row["upper"], row["customers"], row["withheld"] or row["interval_withheld"]))
    told = [row[0] for row in rows]
    rows += [(month, np.nan, np.nan, np.nan, np.nan, _LTV_MONTHS) for month in months if month not in told]
    return pd.DataFrame(rows, columns=monthly.COLUMNS)


def _every_month(frame, months, reason):
    whole = frame.set_index("month").reindex(months)
    numbers = whole[["value", "lower", "upper", "n"]].astype(float)
    blank = numbers["value"].isna() & (whole["withheld"].fillna("") == "")
    return numbers.assign(withheld=whole["withheld"].fillna("").mask(blank, reason)).rename_axis("month").reset_index()


def _changes(frame, window):
    """The change since so many months before, its interval where the windows do not overlap, and what that says."""
    for name, lag in (("month", 1), ("year", 12)):
        before = frame[["value", "lower", "upper"]].shift(lag)
        change = frame["value"] - before["value"]
        low = change - np.hypot(frame["value"] - frame["lower"], before["upper"] - before["value"])
        high = change + np.hypot(frame["upper"] - frame["value"], before["value"] - before["lower"])
        if not 0 < window <= lag:
            low, high = low * np.nan, high * np.nan
        verdict = np.select([low.isna() | high.isna(), (low > 0) | (high < 0)], ["", NEWS], NOISE)
        frame = frame.assign(**{f"change_{name}": change, f"change_{name}_lower": low, f"change_{name}_upper": high, f"{name}_verdict": verdict})
    return frame
