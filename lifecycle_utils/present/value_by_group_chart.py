"""What a customer of each group is worth: as observed, and as the fitted model has it."""

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.months_axis import months_in_words

_LAYERS = (("restricted_mean", -0.13, theme.BLUE, N_("observed survival")), ("shifted_beta_geometric", 0.17, theme.WITHIN_CHANCE, N_("fitted model")))


@theme.styled
def value_by_group_chart(values, *, currency, horizon_months, most=12, ax=None):
    """Which groups of customers are worth more, and does the model agree with what was seen?

    Parameters
    ----------
    values : DataFrame with group, method, value, lower, upper (currency per customer), horizon_months, customers, withheld
    horizon_months : one of those in `values`
    most : groups drawn, those with most customers; "all" is drawn where it is the only one
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `value_by_group_alt`
    """
    rows, groups = _shown(values, horizon_months, most)
    ax = theme.axes_or_new(ax, height=1.7 + 0.55 * len(groups))
    for method, shift, colour, name in _LAYERS:
        own = rows[rows["method"] == method].set_index("group").reindex(groups)
        for place, row in enumerate(own.to_dict("records")):
            if pd.isna(row["value"]):
                why = theme.one_line(_("withheld: {withheld}").format(withheld=row["withheld"]), limit=70)
                ax.text(0.01, place + shift, why, transform=ax.get_yaxis_transform(), va="center", fontsize=8.5, color=theme.QUIET, gid="withheld")
                continue
            if pd.notna(row["lower"]):
                ax.plot([row["lower"], row["upper"]], [place + shift] * 2, color=colour, linewidth=2, gid=f"interval of {method}", zorder=2)
            ax.plot(row["value"], place + shift, "o", color=colour, markersize=6.5 if method == "restricted_mean" else 5,
                    markerfacecolor=colour if method == "restricted_mean" else theme.PAPER, gid=method, zorder=3)
        ax.plot([], [], "o", color=colour, markerfacecolor=colour if method == "restricted_mean" else theme.PAPER, label=name)
    observed = rows[rows["method"] == "restricted_mean"].set_index("group").reindex(groups)
    for place, row in enumerate(observed.to_dict("records")):
        amount = formats.point(row["value"], currency, row["lower"], row["upper"])
        ax.annotate(amount, (1, place), xycoords=ax.get_yaxis_transform(), xytext=(8, 0), textcoords="offset points", va="center", weight="bold",
                    fontsize=9.5, color=theme.BLUE, annotation_clip=False, gid="amount")
    sizes = observed["customers"].fillna(0)
    ax.set_yticks(range(len(groups)), [f"{_name(group)}\n{formats.counted(sizes[group], 'customer', 'customers')}" for group in groups])
    ax.tick_params(axis="y", labelcolor=theme.INK)
    ax.set_ylim(len(groups) - 0.45, -0.55)
    ax.set_xlim(0, None if rows["value"].notna().any() else 1)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda amount, _: formats.money(amount, currency, decimals=0)))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("per customer"), loc="left")
    ax.set_title(_("What a customer brings in its first {horizon_months}").format(horizon_months=months_in_words(horizon_months)))
    ax.legend(loc="upper right", bbox_to_anchor=(1, -0.13 - 0.1 / len(groups)), ncols=2, frameon=False, fontsize=9, labelcolor=theme.QUIET)
    return theme.describe(ax, value_by_group_alt(values, currency=currency, horizon_months=horizon_months, most=most))


def value_by_group_alt(values, *, currency, horizon_months, most=12):
    """The chart in words: every group with both numbers."""
    rows, groups = _shown(values, horizon_months, most)
    told = []
    for group in groups:
        own = rows[rows["group"] == group].set_index("method")
        parts = [f"{name} {_in_words(own.loc[method], currency)}" for method, _shift, _colour, name in _LAYERS if method in own.index]
        told.append(f"{_name(group)}: {', '.join(parts)}")
    return _("What a customer brings in its first {horizon_months}, by group. {join}.").format(
        horizon_months=months_in_words(horizon_months), join="; ".join(told),
    )


def _in_words(row, currency):
    return _("withheld, {withheld}").format(withheld=row["withheld"]) if pd.isna(row["value"]) else formats.measure(row["value"], currency, row["lower"],
        row["upper"])


def _shown(values, horizon_months, most):
    rows = values[values["horizon_months"].eq(horizon_months).fillna(False) & values["method"].isin([layer[0] for layer in _LAYERS])]
    sizes = rows.groupby("group", sort=False)["customers"].max()
    others = sizes[sizes.index != "all"].sort_values(ascending=False, kind="stable").index[:most]
    groups = list(others) if len(others) > 1 else ["all"]
    return rows[rows["group"].isin(groups)], groups


def _name(group):
    return _("All customers") if group == "all" else theme.one_line(group, limit=24)
