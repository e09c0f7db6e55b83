"""Which months each table covers: a lane for every table, darker where a month has more of its rows, hatched where it has none."""

import numpy as np
import seaborn
from matplotlib.patches import Rectangle

from lifecycle_utils.language import _
from lifecycle_utils.months import shift_month
from lifecycle_utils.present import formats, theme


@theme.styled
def coverage_chart(coverage, *, month, ax=None):
    """Does every table cover the months that the report speaks of, and does a month stand out as half empty?

    Parameters
    ----------
    coverage : DataFrame, one row per table and month that has rows: table, month ("YYYY-MM"), rows
    month : the report's month "YYYY-MM", after which rows are not used
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `coverage_alt`
    """
    tables, months, rows = _grid(coverage, month)
    ax = theme.axes_or_new(ax, height=1.1 + 0.36 * max(len(tables), 2))
    colours = seaborn.light_palette(theme.BLUE, as_cmap=True)
    shares = rows / rows.max(axis=1, keepdims=True) if rows.size else rows
    for lane, column in np.argwhere(rows > 0):
        # a month with few rows is still told from one without
        face = colours(0.25 + 0.75 * shares[lane, column])
        ax.add_patch(Rectangle((column, lane + 0.12), 1, 0.76, facecolor=face, linewidth=0, gid=f"{tables[lane]} {months[column]}"))
    for lane, column in _missing(rows):
        ax.add_patch(Rectangle((column, lane + 0.12), 1, 0.76, facecolor=theme.PAPER, edgecolor=theme.VERMILLION, hatch="////", linewidth=0.8, gid="missing"))
    end = months.index(month) + 1
    ax.axvline(end, color=theme.INK, linewidth=1, linestyle=(0, (4, 3)), zorder=3)
    side = "right" if end > len(months) / 2 else "left"
    ax.annotate(_("end of {month}").format(month=formats.calendar_month(month)), (end, 1), xycoords=ax.get_xaxis_transform(), xytext=(0, 4),
                textcoords="offset points", ha=side, fontsize=9, color=theme.QUIET, annotation_clip=False)
    ax.set_xlim(0, len(months))
    ax.set_ylim(max(len(tables), 1), 0)
    januaries = [column for column, one in enumerate(months) if one.endswith("-01")] or [0]
    step = -(-len(januaries) // 10)
    ax.set_xticks(januaries[::step], [months[column][:4] if months[column].endswith("-01") else months[column] for column in januaries[::step]])
    ax.set_yticks(np.arange(len(tables)) + 0.5, [formats.words(table) for table in tables])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    for lane, total in enumerate(rows.sum(axis=1)):
        ax.annotate(formats.count(total), (1, lane + 0.5), xycoords=ax.get_yaxis_transform(), xytext=(58, 0), textcoords="offset points",
                    ha="right", va="center", fontsize=9, color=theme.QUIET, annotation_clip=False, gid="rows")
    ax.annotate(_("rows"), (1, 0), xycoords=ax.get_yaxis_transform(), xytext=(58, 4), textcoords="offset points", ha="right", fontsize=9,
                color=theme.QUIET, annotation_clip=False)
    ax.set_title(_("Months that each table covers"), pad=20)
    return theme.describe(ax, coverage_alt(coverage, month=month))


def coverage_alt(coverage, *, month):
    """The chart in words: each table's first and last month, and how many between them have no row."""
    tables, months, rows = _grid(coverage, month)
    gaps = [lane for lane, _column in _missing(rows)]
    told = []
    for lane, table in enumerate(tables):
        filled = np.flatnonzero(rows[lane])
        told.append(
            _("{table} from {first} to {last}, {missing} between them without a row").format(
                table=formats.words(table), first=formats.calendar_month(months[filled[0]]), last=formats.calendar_month(months[filled[-1]]),
                missing=formats.counted(gaps.count(lane), "month", "months"),
            )
        )  # fmt: skip
    return _("Months that each table covers: {told}.").format(told="; ".join(told) or _("no table has dates"))


def _grid(coverage, month):
    """(tables, months, rows of each): every month from the first to the last with a row, and the report's."""
    tables = list(dict.fromkeys(coverage["table"]))
    named = [*coverage["month"], month]
    months, last = [min(named)], max(named)
    while months[-1] < last:
        months.append(shift_month(months[-1], 1))
    place = {one: column for column, one in enumerate(months)}
    rows = np.zeros((len(tables), len(months)), dtype=np.int64)
    for row in coverage.to_dict("records"):
        rows[tables.index(row["table"]), place[row["month"]]] = row["rows"]
    return tables, months, rows


def _missing(rows):
    """(lane, column) of months without a row between two that have some."""
    filled = rows > 0
    before = np.logical_or.accumulate(filled, axis=1)
    after = np.logical_or.accumulate(filled[:, ::-1], axis=1)[:, ::-1]
    return [(int(lane), int(column)) for lane, column in np.argwhere(~filled & before & after)]
