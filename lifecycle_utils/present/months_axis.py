"""An axis of subscription months: its ticks, and the numbers written under it."""

from lifecycle_utils.language import _
from lifecycle_utils.present import formats


def month_ticks(last):
    """Subscription months to write under an axis: whole years where they fit, the first month always.

    >>> month_ticks(9), month_ticks(20), month_ticks(60)
    ([1, 3, 6, 9], [1, 3, 6, 9, 12, 15, 18], [1, 12, 24, 36, 48, 60])
    """
    step = next((step for step in (1, 3, 6, 12, 24) if last <= 6 * step + 2), 60)
    return list(dict.fromkeys([1, *range(step, last + 1, step)]))


def months_in_words(number):
    """A number of months.

    >>> months_in_words(1), months_in_words(12)
    ('1 month', '12 months')
    """
    return _("1 month") if number == 1 else _("{number} months").format(number=formats.count(number))


def below_axis(ax, text, where, line, align, colour, transform, *, shift=0, gid=None):
    """Write `text` under the axis label, `line` lines further down."""
    ax.annotate(text, where, xycoords=transform, xytext=(shift, -47 - 15 * line), textcoords="offset points", ha=align, va="center",
                color=colour, fontsize=9, gid=gid, annotation_clip=False)
