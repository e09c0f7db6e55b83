"""What a value of lifecycle.toml must look like: a date, a number, an encoding, the URL of a database."""

import datetime as dt
import re
import zoneinfo
from types import MappingProxyType

#: Dates that are numbers, by name.
NUMERIC_DATES = ("excel", "excel1904", "epoch", "epoch_ms")

#: Options of `[files]`: a test of the value, and what is said when it fails.
FILE_OPTIONS = MappingProxyType(
    {
        "encoding": (lambda v: isinstance(v, str) and is_encoding(v), "must be the name of an encoding, for example cp1250"),
        "delimiter": (lambda v: isinstance(v, str) and len(v) == 1 and v not in '"\r\n', 'must be one character, for example ";" or "\\t"'),
        "decimal": (lambda v: v in (".", ","), 'must be "." or ","'),
        "thousands": (lambda v: v in ("", ".", ",", " ", "'"), "must be empty, a point, a comma, a space or an apostrophe"),
        "dates": (
            lambda v: bool(formats(v)) and all(map(is_date_format, formats(v))),
            'must be a format such as "%d/%m/%Y" (with day, month and year), or "excel", "excel1904", "epoch", "epoch_ms", or a list of them',
        ),
        "sheet": (lambda v: isinstance(v, str) and v != "", "must be the name of a sheet"),
    }
)  # fmt: skip

#: Names of what is nobody's business.
SECRET = re.compile(r"passw|pwd|token|secret|apikey|api_key|private|(?:access|account)[._-]?key", re.IGNORECASE)
#: A table's name in Spark's catalog: words with points between them, so that no name can be more than a name.
SPARK_TABLE = re.compile(r"[\w-]+(\.[\w-]+){0,4}")
#: An address of Parquet that Spark reads.
SPARK_ADDRESS = re.compile(r"[a-z][a-z0-9+-]*://[^\s\x00-\x1f]+")

_PLACEHOLDERS = re.compile(r"(\$\{\w+\})+")


def formats(value):
    return [value] if isinstance(value, str) else value if isinstance(value, list) else []


def is_date_format(text):
    """Is it a format that says day, month and year, or the name of a numeric date?

    >>> is_date_format("%d/%m/%Y"), is_date_format("%m/%Y"), is_date_format("excel")
    (True, False, True)
    """
    if text in NUMERIC_DATES:
        return True
    if not (isinstance(text, str) and re.search("%[YyGxc]", text)):  # without a year Python itself warns, and guesses
        return False
    day = dt.datetime(2017, 11, 23)
    try:
        return dt.datetime.strptime(day.strftime(text), text).date() == day.date()
    except (ValueError, re.error):
        return False


def is_encoding(name):
    try:
        return "a".encode(name).decode(name) == "a"
    except (LookupError, ValueError):
        return False


def is_time_zone(name):
    try:
        return bool(zoneinfo.ZoneInfo(name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_date(value):
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return True
    try:
        return bool(dt.date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def holds_secret(url):
    """Does a connection URL, or a text of options, spell out a password instead of naming an environment variable?

    >>> holds_secret("postgresql://me:pass1@host/db"), holds_secret("postgresql://me:${DB_PASSWORD}@host/db")
    (True, False)
    >>> holds_secret("-Xss4m -Djavax.net.ssl.trustStorePassword=pass1"), holds_secret("s3a://private/kind=paid/")
    (True, False)
    """
    before_host = url.partition("://")[2].rpartition("@")[0]
    password = before_host.partition(":")[2]
    if password and not _PLACEHOLDERS.fullmatch(password):
        return True
    pairs = re.findall(r"(?:^|[?&;,\s])([^=?&;,/\s]+)=(?=([^&;\s]*))", url)  # a value is looked at only: there may be pairs within it
    return any(SECRET.search(name) and value and not _PLACEHOLDERS.fullmatch(value) for name, value in pairs)
