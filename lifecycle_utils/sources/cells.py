"""A column of a file as SQL: the value of its cells, and which cells are worth a second look."""

from dataclasses import dataclass

from lifecycle_utils.sources import parse


@dataclass(frozen=True)
class Cells:
    """A column of the file and what it is read as.

    Attributes
    ----------
    theirs, ours : its name in the file and ours
    type : the contract's type, "" for an attribute, which is a number or a text
    source_type : the engine's type in the file
    """

    theirs: str
    ours: str
    type: str
    source_type: str
    required: bool = False

    @property
    def cell(self):
        return parse.quoted(self.theirs)

    @property
    def is_text(self):
        """Is it text in the file, so that it may need trimming and strict reading?"""
        return self.source_type == "VARCHAR"

    @property
    def stays_text(self):
        """Is it text in the file and to us?"""
        return self.is_text and self.type in ("id", "text", "")

    @property
    def stays(self):
        """Is a cell that is not doubtful what it is read as? A plain column lets a question's filter through to a file of Parquet."""
        return self.stays_text or (self.type, self.source_type) in (("date", "DATE"), ("boolean", "BOOLEAN"))

    def quick(self, how):
        """What settles most cells: the value, null where it needs care; or of a text, whether it needs care."""
        return is_dirty(self.cell) if self.stays_text else parse.value(self.cell, self.type, self.source_type, how, is_clean=True)

    def value(self, how, quick):
        """The value of any cell; `quick` names what `quick()` gave."""
        careful = parse.value(self.cell, self.type, self.source_type, how)
        if self.stays_text:
            return f"CASE WHEN {quick} THEN {careful} ELSE {self.cell} END"
        return f"CASE WHEN {quick} IS NULL AND {self.cell} IS NOT NULL THEN {careful} ELSE {quick} END" if self.is_text else quick

    def doubts(self, how, quick=""):
        """(name, condition) of what makes a cell worth a second look; `quick` names what `quick()` gave, if it was asked."""
        quick = quick or f"({self.quick(how)})"
        if self.required:
            yield "null", f"{self.cell} IS NULL"
        if self.stays_text:
            yield "dirty", quick
        elif self.type not in ("id", "text", ""):
            yield "unread", f"{self.cell} IS NOT NULL AND {quick} IS NULL"
        if self.type == "money" and (self.is_text or self.source_type in ("FLOAT", "DOUBLE")):
            yield "inexact", self.is_inexact(how)
        if self.may_be_unclear(how):
            yield "unclear", self.is_unclear(how)

    def is_inexact(self, how):
        """Has an amount more than four decimals?"""
        if not self.is_text:
            # a tenth of a ten-thousandth, for a float is never exact
            return f"isfinite({self.cell}) AND abs({self.cell} - round({self.cell}, 4)) > 1e-5"
        mark = f"strpos({self.cell}, {parse.literal(how.decimal)})"
        number = f"regexp_matches({how.plain_number(self.cell)}, '^\\s*[+-]?[0-9]+\\.[0-9]{{4}}[0-9]*[1-9]\\s*$')"
        return f"strlen({self.cell}) - {mark} > 4 AND {mark} > 0 AND {number}"

    def may_be_unclear(self, how):
        """Are there several declared formats, so that a date may be another day in each?"""
        return self.type in ("date", "month") and self.is_text and len(how.dates) > 1

    def is_unclear(self, how):
        ways = ", ".join(parse.readings(self.cell, how))
        return f"least({ways}) <> greatest({ways})"

    def is_number(self, cell, how):
        """Can a cell of an attribute be read as a number? True of an empty one in a column that is no text."""
        if self.is_text:
            return parse.is_number(how.plain_number(cell) if how.decimal_declared else cell)
        return f"coalesce({parse.is_number(parse.as_text(cell, self.source_type))}, true)"


def is_dirty(cell):
    """SQL: does a text need trimming or composing? Plain ASCII without a blank at an end does not, and is told by its bytes."""
    looked_at = f"regexp_matches({cell}, '{parse.BLANK_AT_AN_END}') OR {parse.composed(cell)} <> {cell} OR {cell} = ''"
    return f"CASE WHEN ascii({cell}) > 32 AND strlen({cell}) = length({cell}) AND {cell}[-1] > ' ' THEN false ELSE {looked_at} END"
