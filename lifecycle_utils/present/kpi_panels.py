"""Key figures month by month, one small panel each."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.stage_words import name_of

#: What is drawn unless other figures are named: one or two of each stage.
SHOWN = ("visits", "lead_generation_rate", "conversion_within_90_days", "cac_12_months", "first_value_within_7_days", "stickiness", "customer_churn", "nps",
         "upgrade_rate", "arpu")  # fmt: skip


@theme.styled
def kpi_panels(kpis, *, names=SHOWN):
    """How did each key figure move over the months?

    Parameters
    ----------
    kpis : DataFrame of stage_kpis: kpi, month, value, lower, upper, unit
    names : the key figures to draw; those without any value are left out

    Returns
    -------
    Axes of the first panel; its figure holds one panel per key figure, each described. Shaded: the interval.
    """
    drawn = [name for name in names if kpis.loc[kpis["kpi"] == name, "value"].notna().any()]
    down = max(-(-len(drawn) // 2), 1)
    _figure, grid = plt.subplots(down, 2, figsize=(7.6, 0.6 + 1.75 * down), layout="constrained", squeeze=False)
    axes = grid.ravel()
    for ax, name in zip(axes, drawn, strict=False):
        _panel(ax, kpis[kpis["kpi"] == name].sort_values("month"), name)
    for ax in axes[len(drawn) :]:
        ax.set_axis_off()
    if not drawn:
        axes[0].text(0, 0.5, _("Withheld: no key figure has a value"), transform=axes[0].transAxes)
        theme.describe(axes[0], _("Key figures month by month are withheld: 0 of them have a value."))
    return axes[0]


def _panel(ax, rows, name):
    place, unit = np.arange(len(rows)), rows["unit"].iloc[0]
    ax.fill_between(place, rows["lower"], rows["upper"], color=theme.BLUE, alpha=0.16, linewidth=0)
    ax.plot(place, rows["value"], color=theme.BLUE, linewidth=1.7)
    known = np.flatnonzero(rows["value"].notna().to_numpy())
    last = rows.iloc[known[-1]]
    ax.plot(known[-1], last["value"], "o", color=theme.BLUE, markersize=4.5)
    ax.annotate(formats.point(last["value"], unit, last["lower"], last["upper"]), (1, last["value"]), xycoords=ax.get_yaxis_transform(), xytext=(5, 0),
                textcoords="offset points", va="center", color=theme.BLUE, weight="bold", fontsize=9.5, annotation_clip=False, gid="last")
    if unit != "points":
        top = np.nanmax(rows[["value", "upper"]].to_numpy(dtype=float))
        ax.set_ylim(0, 1.12 * top if top > 0 else 1)
    ax.set_xlim(-0.5, len(rows) - 0.5)
    # the newest month and the same month of the years before
    ticks = place[::-12][::-1]
    ax.set_xticks(ticks, rows["month"].iloc[ticks])
    ax.yaxis.set_major_locator(MaxNLocator(3))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, unit)))
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_title(name_of(name), fontsize=10.5, pad=6)
    theme.describe(ax, _alt(rows, known, name))


def _tick(value, unit):
    if unit in ("count", "days", "points"):
        return formats.count(value).replace("-", "−")
    return f"{formats.general(100 * value, digits=6)}%" if unit == "share" else formats.money(value, unit, decimals=0)


def _alt(rows, known, name):
    ends = rows.iloc[[known[0], known[-1]]].drop_duplicates("month").to_dict("records")
    told = [_("{measure} in {month}").format(
        measure=formats.measure(row["value"], row["unit"], row["lower"], row["upper"]), month=formats.calendar_month(row["month"]),
    ) for row in ends]
    return f"{name_of(name)}: {', '.join(told)}."
