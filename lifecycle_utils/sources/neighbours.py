"""Periods beside the one before them, of the same customer: one sort, which takes as much memory as its rows are wide.

DuckDB sorts rows of up to 24 bytes in place, without a payload; what is wider takes it three times the room, and what has no room is spilled.
So there a period's months and amount are one number, and that number is all that is sorted with the key.
"""

import narwhals as nw

#: Bits of a packed period's length and amount; its begin has the rest. A length of all ones is one that is not known to end.
_LENGTH, _AMOUNT = 12, 40
#: Months before the newest in which a packed period may begin.
_BEGINS = 2047


def neighbours(periods, amounts, *, newest):
    """Each customer's periods in the order of their months and amounts, with what is before them.

    Parameters
    ----------
    periods : lazy frame of key, key_check (see engine), begins, ends (month numbers), and the amounts, the first above 0 or another is
    amounts : names of columns of whole numbers
    newest : month number; no period begins after it, and whatever ends after it is not known to end

    Returns
    -------
    lazy frame: the columns of `periods`, an end that is not known being any after `newest`, and
        before_ends, before_XXX : of the customer's period before; null in its first
        first_begins : of its first
        doubtful : the row was too large to be sorted with the others, so nothing is right of its customer
    """
    if not periods.implementation.is_duckdb():
        return wide_neighbours(periods, amounts).with_columns(doubtful=nw.lit(value=False))
    least, first, others = newest - _BEGINS, amounts[0], [f'"{name}"' for name in amounts[1:]]
    packed = nw.to_native(periods).project(", ".join(["key, key_check", f"{_packed(first, least)} AS period", *others]))
    in_order = f"OVER (PARTITION BY key, key_check ORDER BY {', '.join(['period', *others])})"
    beside = {"before": "lag(period)", "first": "first_value(period)", **{f"before_{name}": f'lag("{name}")' for name in amounts[1:]}}
    ordered = packed.project(", ".join(["*", *(f'{what} {in_order} AS "{name}"' for name, what in beside.items())]))
    columns = {
        "begins": _begins("period", least), "ends": _ends("period", least), first: _amount("period"), "before_ends": _ends("before", least),
        f"before_{first}": _amount("before"), "first_begins": _begins("first", least), "doubtful": "period < 0",
    }  # fmt: skip
    same = ["key", "key_check", *others, *(f'"before_{name}"' for name in amounts[1:])]
    return nw.from_native(ordered.project(", ".join([*same, *(f'{what} AS "{name}"' for name, what in columns.items())])))


def wide_neighbours(periods, amounts):
    """`neighbours` of rows that may be of any size, and none is doubtful: for few."""
    beside = {
        "before_ends": nw.col("ends").shift(1), "first_begins": nw.col("begins").cum_min(),
        **{f"before_{name}": nw.col(name).shift(1) for name in amounts},
    }  # fmt: skip
    in_order = {"order_by": ["begins", "ends", *amounts]}
    return periods.with_columns(**{name: column.over("key", "key_check", **in_order) for name, column in beside.items()})


def _packed(amount, least):
    """A period as one number, in the order of begin, end and amount; -1 if it is too large for that."""
    length = f"least(ends - begins, {2**_LENGTH - 1})"
    fits = f'begins >= {least} AND ends >= begins AND "{amount}" >= 0 AND "{amount}" < {2**_AMOUNT}'
    whole = f'((begins - {least})::BIGINT << {_LENGTH + _AMOUNT}) + ({length}::BIGINT << {_AMOUNT}) + "{amount}"'
    return f"CASE WHEN {fits} THEN {whole} ELSE -1 END"


def _begins(period, least):
    return f"CAST(({period} >> {_LENGTH + _AMOUNT}) + {least} AS INTEGER)"


def _ends(period, least):
    return f"CAST(({period} >> {_LENGTH + _AMOUNT}) + (({period} >> {_AMOUNT}) & {2**_LENGTH - 1}) + {least} AS INTEGER)"


def _amount(period):
    return f"{period} & {2**_AMOUNT - 1}"
