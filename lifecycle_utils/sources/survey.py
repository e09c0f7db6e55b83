"""What is this text file made of? One look at its bytes: the encoding, and whatever the engine's own reader would not tell."""

import codecs
import gzip
import re
from dataclasses import dataclass

_BLOCK = 1 << 22
#: How much of a file is looked at to tell one single-byte encoding from another.
_SAMPLE = 1 << 20

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLANK_LINE = re.compile(rb"\n[ \t]*\r?\n(?=[\r\n \t]*[^\r\n \t])")
_LONE_RETURN = re.compile(rb"\r(?=[^\n])")

# What of cp1252 stands inside a word only when the file was cp1250: signs that are Central European letters there.
_SIGNS = "¹³¿¥£¯¡¢¼¾ªº"
_SIGN_IN_A_WORD = re.compile(rf"[A-Za-z][{_SIGNS}]|[{_SIGNS}][a-zó]|ì[a-z]")
_IDEOGRAPHS = "\u3000-\u30ff\u3400-\u9fff\uff01-\uff60"


@dataclass(frozen=True)
class Survey:
    """What a text file is made of.

    Attributes
    ----------
    encoding : the codec's name
    certain : False where it was inferred from letters, and another encoding would read other letters
    example : a text that depends on the encoding, to look at
    otherwise : what the next likely encoding would make of it
    broken_line : the first line that is not UTF-8 in a file that otherwise is, 0 if there is none
    plain : UTF-8 without anything that needs this project's own, slower reader
    empty : nothing but blanks
    has_nul : contains the byte 0 although it is no UTF-16
    """

    encoding: str
    certain: bool = True
    example: str = ""
    otherwise: str = ""
    broken_line: int = 0
    plain: bool = False
    empty: bool = False
    has_nul: bool = False


def open_bytes(path):
    """The bytes of a file, unpacked if it is gzip."""
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else open(path, "rb")


def survey(path, *, encoding=""):
    """Look through a whole text file once.

    Parameters
    ----------
    encoding : declared in lifecycle.toml; "" to detect it
    """
    with open_bytes(path) as file:
        head = file.read(_BLOCK)
        mark = next((name for bom, name in _MARKS if head.startswith(bom)), "")
        found = encoding or mark or _utf16_without_mark(head)
        if found and codecs.lookup(found).name not in ("utf-8", "utf-8-sig"):
            return Survey(found, empty=not head.strip(b"\xff\xfe\0\r\n\t "))
        seen = _walk(head, file)
    if seen is None:
        return Survey(encoding) if encoding else _single_byte(path)
    return Survey(mark or "utf-8", plain=seen["plain"], empty=seen["empty"], has_nul=seen["nul"])


def _walk(block, file):
    """Everything at once in one pass; None if it is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    plain, nul, empty, before = not block.removeprefix(codecs.BOM_UTF8).startswith((b"\r", b"\n", b"sep=")), False, True, b""
    try:
        while block:
            if not block.isascii() or decoder.getstate()[0]:
                decoder.decode(block)
            joined = before + block
            empty = empty and not block.strip(b"\xef\xbb\xbf\r\n\t ")
            nul = nul or b"\0" in block
            plain = plain and not nul and not _BLANK_LINE.search(joined) and not _LONE_RETURN.search(joined)
            # a line break at the end of a block may be the first half of a blank line
            before, block = joined[len(joined.rstrip(b"\r\n \t")) :], file.read(_BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return {"plain": plain and not before.endswith(b"\r"), "nul": nul, "empty": empty}


def _utf16_without_mark(head):
    even, odd = head[0:4096:2], head[1:4096:2]
    if odd and odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if odd and even.count(0) > 0.4 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return ""


def _single_byte(path):
    """Tell Japanese (cp932), Central European (cp1250) and Western (cp1252, latin-1) apart by the letters they would give."""
    with open_bytes(path) as file:
        sample = file.read(_SAMPLE)
    if b"\0" in sample:
        return Survey("", has_nul=True)
    numbered = [(number, line) for number, line in enumerate(sample.split(b"\n"), 1) if not line.isascii()]
    broken = [number for number, line in numbered if _decoded(line, "utf-8") is None]
    if len(broken) < len(numbered):
        return Survey("utf-8", broken_line=broken[0] if broken else -1)
    lines = b"\n".join(line for _, line in numbered)
    japanese, central, western = (_decoded(lines, name) for name in ("cp932", "cp1250", "cp1252"))
    if japanese is not None and _is_japanese(japanese):
        return Survey("cp932", example=_example(japanese))
    if central is None and western is None:
        return _of_letters("latin-1", lines.decode("latin-1"), None, None)
    if western is None or (central is not None and central != western and _SIGN_IN_A_WORD.search(western)):
        return _of_letters("cp1250", central, "cp1252", western)
    return _of_letters("cp1252", western, "cp1250", central)


def _of_letters(encoding, text, other, other_text):
    if other_text is None or other_text == text:
        return Survey(encoding, certain=other is not None, example=_example(text))
    mine, theirs = next((one, two) for one, two in zip(text.split(), other_text.split(), strict=False) if one != two)
    return Survey(encoding, certain=False, example=_example(mine), otherwise=f"{other} would read {_example(theirs)!r}")


def _decoded(text, encoding):
    try:
        return text.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_japanese(text):
    """Kana and ideographs come in runs; Western letters misread as Japanese stand alone among ASCII."""
    if re.search("[\ue000-\uf8ff]", text):
        return False
    wide = len(re.findall(f"[{_IDEOGRAPHS}]", text))
    in_runs = sum(map(len, re.findall(f"[{_IDEOGRAPHS}]{{2,}}", text)))
    narrow = len(re.findall("[\uff61-\uff9f]", text))
    return wide > 0 and in_runs >= 0.5 * wide and narrow <= wide


def _example(text):
    word = re.search(r"[^\s,;\t\"]*[^\x00-\x7f][^\s,;\t\"]*", text)
    return word[0][:40] if word else ""
