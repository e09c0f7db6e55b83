"""A table whose rows are measures, each in a unit of its own: text for the reader, the numbers in the CSV."""

from lifecycle_utils.present.record import Table


def rows_of_text(name, frame, title, rows, *, figures=()):
    """`rows` as they are read, all of them under their own names, beside the frame that the CSV holds.

    Parameters
    ----------
    rows : DataFrame of text
    figures : places of the columns that hold written numbers; they are set like numbers
    """
    units = {column: "figure" if place in figures else "text" for place, column in enumerate(rows.columns)}
    return Table(name, frame, title, rows=len(rows), reading=rows, labels={column: column for column in rows.columns}, units=units)
