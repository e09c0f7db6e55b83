"""How customers pay, in words. The names of billing intervals are the company's own; the usual ones are understood."""

from lifecycle_utils.language import N_, _, pgettext
from lifecycle_utils.present import formats
from lifecycle_utils.present.theme import one_line

#: How one pays, and after how many months the contract renews.
_INTERVALS = {
    "weekly": (N_("weekly"), 0), "week": (N_("weekly"), 0), "monthly": (N_("monthly"), 1), "month": (N_("monthly"), 1),
    "quarterly": (N_("quarterly"), 3), "quarter": (N_("quarterly"), 3),
    "semiannual": (N_("every half year"), 6), "semiannually": (N_("every half year"), 6),
    "annual": (N_("annually"), 12), "annually": (N_("annually"), 12), "yearly": (N_("annually"), 12), "year": (N_("annually"), 12),
    "biennial": (N_("every two years"), 24),
}
UNKNOWN = N_("(unknown)")


def customers_who_pay(interval):
    """The customers of a billing interval; of any other group too.

    >>> customers_who_pay("annual"), customers_who_pay("Two year"), customers_who_pay("all")
    ('customers who pay annually', 'customers in "Two year"', 'customers')
    """
    if interval == "all":
        return pgettext("customers of a group", "customers")
    if interval == UNKNOWN:
        return _("customers whose billing interval is not known")
    known = _INTERVALS.get(str(interval).strip().lower())
    return _("customers who pay {known}").format(known=known[0]) if known else _('customers in "{interval}"').format(interval=one_line(interval))


def months_they_leave(interval, months):
    """Months as renewals where they are some: such customers can leave at no other time.

    >>> months_they_leave("annual", [12, 24]), months_they_leave("annual", [12]), months_they_leave("monthly", [2, 3])
    ('at their renewals in months 12 and 24', 'at the renewal in month 12', '')
    """
    every = _INTERVALS.get(str(interval).strip().lower(), ("", 0))[1]
    if every < 2 or any(month % every for month in months):
        return ""
    return _("at their renewals in months {months}").format(months=formats.listing(months)) if len(months) > 1 else _(
        "at the renewal in month {months}").format(months=months[0])


def capital(text):
    """The text with a capital letter at its beginning.

    >>> capital("customers leave")
    'Customers leave'
    """
    return text[:1].upper() + text[1:]
