"""An Excel sheet as rows of text, each under its number as in the sheet."""

import zipfile
from contextlib import closing
from dataclasses import dataclass

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from lifecycle_utils.sources.rows import as_text


class SheetError(ValueError):
    """A workbook that cannot be used, with the problem's code and the way out."""

    def __init__(self, code, message, fix):
        super().__init__(message)
        self.code, self.fix = code, fix


@dataclass(frozen=True)
class Sheet:
    """A sheet: an iterator of (row number, list of texts)."""

    rows: object


def open_sheet(path, name, table):
    """Open the sheet `name`, or else the one named after the table, or else the only one.

    Raises
    ------
    SheetError : if the file is no workbook, or it is not clear which sheet is meant
    """
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise SheetError("unreadable", f"cannot be read as .xlsx: {error}", "save it again as .xlsx, without a password, or as CSV") from None
    try:
        return Sheet(_rows(book, _chosen(path, book, name, table)))
    except SheetError:
        book.close()
        raise


def _chosen(path, book, name, table):
    wanted = name or (table if table in book.sheetnames else "")
    if wanted and wanted not in book.sheetnames:
        names = ", ".join(book.sheetnames)
        raise SheetError("sheet_missing", f"has no sheet {wanted!r} (it has: {names})", f"correct sheet under [files.{table}] of lifecycle.toml")
    if not wanted and len(book.worksheets) != 1:
        names = ", ".join(book.sheetnames)
        raise SheetError("sheet_unclear", f"has several sheets ({names})", f'say which: sheet = "…" under [files.{table}] of lifecycle.toml')
    sheet = book[wanted] if wanted else book.worksheets[0]
    without_value = _formulas_without_value(path, sheet.title)
    if without_value:
        message = f"has formulas that were never calculated, the first in {without_value}"
        raise SheetError("formula_without_value", message, "open it in Excel or LibreOffice and save it")
    return sheet


def _rows(book, sheet):
    sheet.reset_dimensions()  # files of other programs may understate their size
    width = 0
    with closing(book):
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            texts = [as_text(cell) for cell in cells]
            while texts and len(texts) > width and not texts[-1].strip():
                texts.pop()
            width = width or len(texts)
            yield number, texts + [""] * (width - len(texts))


def _formulas_without_value(path, title):
    """The first cell whose formula has no value kept beside it, "" if there is none: openpyxl would read it as empty."""
    with zipfile.ZipFile(path) as archive:
        if not any(b"<f" in archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")):
            return ""
    with closing(openpyxl.load_workbook(path, read_only=True)) as formulas, closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as values:
        for asked, kept in zip(formulas[title].iter_rows(), values[title].iter_rows(), strict=False):
            for formula, value in zip(asked, kept, strict=False):
                if isinstance(formula.value, str) and formula.data_type == "f" and value.value is None:
                    return formula.coordinate
    return ""
