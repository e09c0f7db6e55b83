"""A table's place, opened: a view or table `raw_<name>` in the engine with `_row` and the columns as in the file."""

from dataclasses import dataclass, field

import duckdb

from lifecycle_utils.contract import TABLES
from lifecycle_utils.language import _
from lifecycle_utils.sources import rows, text
from lifecycle_utils.sources.parse import literal
from lifecycle_utils.sources.problems import Finding, Problem

#: Rows of the k-th file of a folder are numbered from k times this, so that they stay apart.
FILE_STEP = 1 << 40


@dataclass
class Raw:
    """An opened table.

    Attributes
    ----------
    types : dict of column as in the file to the engine's type; empty if the table cannot be used
    is_lazy : the rows stay where they are and are read when a question needs them
    ragged : rows that do not fit the header and are in `ragged_<name>`
    may_be_careless : the engine's own reader is used; if it stumbles, `open_carefully` says over what
    scan : SQL of that reader, which gives the rows in the order of the file from row 2 on
    is_of_database : it is no file of the company's folder
    files : names of the files of a folder, in the order of their numbers
    """

    table: str
    file: str
    types: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    is_lazy: bool = False
    is_of_database: bool = False
    ragged: int = 0
    may_be_careless: object = None
    scan: str = ""
    files: tuple = ()
    unnamed: tuple = ()

    is_typed = False

    def place(self, row):
        """The file and row as in the file of a `_row`."""
        return place(self.file, self.files, row)

    def describe(self, connection):
        """Take the columns and their types from the engine."""
        self.types = _types(connection, self.table)

    def tell(self, severity, code, message, fix):
        self.problems.append(Problem(severity, code, self.table, self.file, message, fix))


def place(file, files, row):
    """The file and row as in the file of a `_row`; `files` are those of a folder."""
    return (file, row) if row is None or not files else (files[row // FILE_STEP], row % FILE_STEP)


def open_raw(connection, located, settings):
    """Open a file that `locate` found. Returns Raw."""
    raw = Raw(located.table, located.file)
    if located.is_csv:
        _open_text(connection, raw, located, settings)
    elif located.is_xlsx:
        _open_excel(connection, raw, located, settings)
    else:
        _open_parquet(connection, raw, located)
    return raw


def _open_text(connection, raw, located, settings):
    options = settings.file_options(raw.table)
    renames = settings.columns.get(raw.table, {})
    known = {column.name for column in TABLES[raw.table].columns} | set(renames.values())
    try:
        found = text.look(located.path, options, known)
    except UnicodeDecodeError as error:
        _tell_wrong_encoding(raw, error)
        return
    if not _usable(raw, found):
        return
    _tell_how_it_is_written(raw, found, options)
    if found.seen.plain and all(map(rows.is_name, found.header)):
        raw.may_be_careless, raw.scan = found, text.engine_scan(found)
        _view(connection, raw, "row_number() OVER () + 1", raw.scan)
    else:
        open_carefully(connection, raw, found, settings)


def open_carefully(connection, raw, found, settings):
    """Load a text file row by row, so that every row that does not fit the header is found under its number."""
    raw.may_be_careless, raw.scan = None, ""
    connection.execute(f"DROP VIEW IF EXISTS raw_{raw.table}; DROP VIEW IF EXISTS stored_{raw.table}; DROP TABLE IF EXISTS scanned_{raw.table}")
    try:
        loaded = text.load_carefully(connection, raw.table, found, folder=settings.temp_folder)
    except UnicodeDecodeError as error:
        raw.types = {}
        _tell_wrong_encoding(raw, error)
        return
    _loaded(connection, raw, loaded)


def _tell_wrong_encoding(raw, error):
    fix = 'correct its encoding: encoding = "…" under [files] of lifecycle.toml; without it the encoding is found out'
    raw.tell("error", "encoding_wrong", f"is not {error.encoding}: {error.reason}", fix)


def _usable(raw, found):
    seen = found.seen
    utf8 = "export the table again as UTF-8"
    if seen.has_nul:
        raw.tell("error", "unreadable", "holds bytes that no text has (zero bytes)", f"it is damaged or no text file; {utf8}")
    elif seen.broken_line:
        where = f"line {seen.broken_line} is" if seen.broken_line > 0 else "some lines are"
        raw.tell("error", "encoding_mixed", f"is UTF-8, but {where} not", f"it was put together from files in different encodings; {utf8}")
    elif seen.empty or not found.header:
        raw.tell("error", "empty_file", "is empty, not even a header", "export the table again, with its header")
    elif rows.repeated(found.header):
        _tell_repeated(raw, found.header)
    elif found.rivals:
        names = " or ".join(map(repr, (found.delimiter, *found.rivals)))
        raw.tell("error", "delimiter_unclear", f"may be delimited by {names}", 'say which: delimiter = "…" under [files] of lifecycle.toml')
    else:
        return True
    return False


def _tell_repeated(raw, header):
    names = ", ".join(map(repr, rows.repeated(header)))
    raw.tell("error", "header_twice", f"has a header that names {names} twice", "rename or remove one of the columns in the export")


def _tell_how_it_is_written(raw, found, options):
    seen = found.seen
    if "encoding" not in options and seen.encoding not in ("utf-8", "utf-8-sig", "utf-16"):  # with a mark, UTF-16 says what it is
        example = f", for example {seen.example!r}" if seen.example else ""
        doubt = f" ({seen.otherwise})" if seen.otherwise else ""
        raw.tell(
            "note" if seen.certain else "warning", "encoding_detected",
            _("is not UTF-8 and was read as {encoding}").format(encoding=seen.encoding) + f"{example}{doubt}",
            _('say so or correct it: encoding = "{encoding}" under {section} of lifecycle.toml').format(encoding=seen.encoding, section=f"[files.{raw.table}]"),
        )  # fmt: skip
    if "delimiter" not in options and found.delimiter != ",":
        shown = found.delimiter.replace("\t", "\\t")
        raw.tell("note", "delimiter_detected", _('is delimited by "{mark}"').format(mark=shown),
            _('say so: delimiter = "{mark}" under {section} of lifecycle.toml').format(mark=shown, section=f"[files.{raw.table}]"))


def _open_excel(connection, raw, located, settings):
    from lifecycle_utils.sources import excel  # here, because openpyxl costs every start a fifth of a second

    options = settings.file_options(raw.table)
    try:
        sheet = excel.open_sheet(located.path, options.get("sheet", ""), raw.table)
    except excel.SheetError as error:
        raw.tell("error", error.code, str(error), error.fix)
        return
    loaded = rows.load(connection, raw.table, sheet.rows, folder=settings.temp_folder)
    if rows.repeated(loaded.columns):
        _tell_repeated(raw, loaded.columns)
    elif not loaded.columns:
        raw.tell("error", "empty_file", "is empty, not even a header", "export the table again, with its header")
    else:
        _loaded(connection, raw, loaded)


def _loaded(connection, raw, loaded):
    raw.ragged = sum(loaded.ragged.values())
    raw.unnamed = tuple(name for name, own in zip(rows.column_names(loaded.columns), loaded.columns, strict=True) if not rows.is_name(own))
    raw.types = _types(connection, raw.table)
    for code in loaded.ragged:
        message, fix = rows.RAGGED[code]
        offenders = f"SELECT _row, value FROM ragged_{raw.table} WHERE code = '{code}'"
        raw.findings.append(Finding("error", code, raw.table, "", message, fix, offenders))


def _open_parquet(connection, raw, located):
    files = sorted(located.path.rglob("*.parquet")) if located.path.is_dir() else [located.path]
    if not files:
        raw.tell("error", "empty_file", "is a folder without a Parquet file", "put the table's *.parquet files into it")
        return
    if located.path.is_dir():
        raw.files = tuple(f"{located.file}/{file.relative_to(located.path).as_posix()}" for file in files)
    # the reader's own row number lets filters through to the file, a window would not
    row = "file_row_number + 1" + (f" + CAST(file_index AS BIGINT) * {FILE_STEP}" if raw.files else "")
    names = ", ".join(literal(file) for file in files)
    raw.is_lazy = True
    _view(connection, raw, row, f"read_parquet([{names}], file_row_number = true)")


def _view(connection, raw, row, scan):
    connection.execute(f"CREATE OR REPLACE TEMP VIEW raw_{raw.table} AS SELECT {row} AS _row, * FROM {scan}")
    raw.types = _types(connection, raw.table)


def _types(connection, table):
    described = connection.execute(f"DESCRIBE raw_{table}").fetchall()
    return {name: type for name, type, *_ in described if name not in ("_row", "file_row_number")}


def stumbles(error):
    """Is it the engine's reader that met a row it cannot read?"""
    return isinstance(error, duckdb.InvalidInputException)
