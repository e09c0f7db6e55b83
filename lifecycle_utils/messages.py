"""The catalogues: `python -m lifecycle_utils.messages` finds every message in code, templates and notebooks, and brings the catalogues up to date.

A message that is new stands in them without a translation; one that nobody uses any more is taken out.
"""

import ast
import datetime as dt
import io
import re
from pathlib import Path

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from lifecycle_utils.language import FOLDER, LANGUAGES

PACKAGE = Path(__file__).parent
ROOT = PACKAGE.parent

#: Functions whose literal arguments are messages: _("..."), counted(n, "one", "many"), pgettext("context", "...").
_SIMPLE, _PLURAL, _CONTEXT = ("_", "N_", "text"), ("ngettext", "counted"), ("pgettext",)
#: What in a notebook's code is read: these arguments, and what names of this kind are set to.
_READ = ("title", "caption", "labels", "_LABELS", "whose", "what", "outcome", "before", "alt", "looked_for", "through")
_FIXED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # a catalogue changes with its messages, not with the day


def messages():
    """Every message: dict of (context or None, message or (one, many)) to the sorted names of the files it is in."""
    found = {}
    for path, extract in _files():
        for key in extract(path.read_text(encoding="utf-8")):
            found.setdefault(key, set()).add(path.relative_to(ROOT).as_posix())
    return {key: sorted(files) for key, files in found.items()}


def catalogue(language):
    """The catalogue of a language as it is on disk: babel's Catalog."""
    with _path(language).open("rb") as file:
        return read_po(file, locale=language)


def update(language, translations=None):
    """Write the catalogue of a language anew: every message that there is, with what is known of it, or of `translations` ({key: text})."""
    old, new = catalogue(language), _empty(language)
    known = {_key(message): message.string for message in old if message.id} | (translations or {})
    for key, files in sorted(messages().items(), key=lambda item: (item[1][0], str(item[0]))):
        context, identity = key
        added = new.add(identity, known.get(key, ""), locations=[(name, None) for name in files], context=context)
        added.flags.discard("python-format")  # a per cent sign is one
    with _path(language).open("wb") as file:
        write_po(file, new, width=0, include_lineno=False)


def untranslated(language):
    """What is wrong with the catalogue of a language: one sentence each, none if it is complete."""
    there = {_key(message): message for message in catalogue(language) if message.id}
    plurals = catalogue(language).num_plurals
    for key, files in messages().items():
        told = f"{language}, {', '.join(files)}: {key[1]!r}"
        if key not in there:
            yield f"{told} is not in the catalogue"
            continue
        forms = _forms(there[key].string)
        if there[key].fuzzy:
            yield f"{told} is marked as uncertain"
        if not all(form.strip() for form in forms) or (isinstance(key[1], tuple) and len(forms) != plurals):
            yield f"{told} is not translated"
            continue
        wanted = placeholders(_forms(key[1])[-1])
        for form in forms:
            # a noun after a number may say where the number stands; where one form is for one thing only it need not name it
            if placeholders(form) != wanted and not (isinstance(key[1], tuple) and placeholders(form) == wanted | {"count"}):
                yield f"{told} has other placeholders: {form!r}"
    yield from (f"{language}: {key[1]!r} is used nowhere" for key in there.keys() - messages().keys())


def placeholders(text):
    """Names in braces.

    >>> sorted(placeholders("{share} of {n}"))
    ['n', 'share']
    """
    return set(re.findall(r"\{(\w*)[^}]*\}", text.replace("{{", "").replace("}}", "")))


def _files():
    yield from ((path, _of_code) for path in sorted(PACKAGE.rglob("*.py")) if path != Path(__file__))
    yield from ((path, _of_template) for path in sorted(PACKAGE.rglob("*.j2")))
    yield from ((path, _of_notebook) for path in sorted((ROOT / "notebooks").glob("*.ipynb")))


def _of_code(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("labels", "_LABELS"):
            yield from ((None, text) for text in _literals(node.value))
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _SIMPLE and node.args:
                yield from ((None, text) for text in _literals(node.args[0]))
            elif name in _PLURAL:
                texts = [list(_literals(argument)) for argument in node.args]
                pair = [text[0] for text in texts if text][:2]
                if len(pair) == 2:
                    yield "counted" if name == "counted" else None, tuple(pair)
            elif name == "Table" and len(node.args) > 2:
                yield from ((None, text) for text in _literals(node.args[2]))
            elif name in _CONTEXT and len(node.args) == 2:
                yield from ((context, text) for context in _literals(node.args[0]) for text in _literals(node.args[1]))


def _of_template(source):
    for _line, _function, text, _comments in babel_extract(io.BytesIO(source.encode()), ("_", "ngettext"), (), {"encoding": "utf-8"}):
        yield None, text


def _of_notebook(source):
    notebook = nbformat.reads(source, as_version=4)
    told = notebook.metadata.get("lifecycle", {})
    yield from ((None, told[name]) for name in ("title", "question") if told.get(name))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from ((None, paragraph) for paragraph in cell.source.split("\n\n") if paragraph.strip())
        elif cell.cell_type == "code":
            yield from _of_code(cell.source)
            yield from ((None, text) for text in _read_in(ast.parse(cell.source)))


def _read_in(tree):
    """Titles, captions and labels in a notebook's code: literals that present translates when it gets them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "withheld_finding":
            yield from _literals(node.args[1])
        if isinstance(node, ast.Call):
            yield from (text for keyword in node.keywords if keyword.arg in _READ for text in _literals(keyword.value))
        if isinstance(node, ast.Assign):
            for target in node.targets:
                several = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                names, values = (target.elts, node.value.elts) if several else ([target], [node.value])
                for name, value in zip(names, values, strict=False):
                    if getattr(name, "id", "") in _READ:
                        yield from _literals(value)


def _literals(node):
    """The texts that an expression may be: a literal, either side of a condition, the values of a dict."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))
    elif isinstance(node, ast.Dict):
        yield from (text for value in node.values for text in _literals(value))


def _empty(language):
    return Catalog(
        locale=language, project="lifecycle_utils", charset="utf-8", creation_date=_FIXED, revision_date=_FIXED, fuzzy=False,
        header_comment=f"# The report in {LANGUAGES[language]}. Brought up to date by `make messages`; see docs/translating.md.",
        last_translator="", language_team="", copyright_holder="", msgid_bugs_address="",
    )  # fmt: skip


def _key(message):
    return message.context, tuple(message.id) if isinstance(message.id, (tuple, list)) else message.id


def _forms(string):
    return tuple(string) if isinstance(string, (tuple, list)) else (string,)


def _path(language):
    return FOLDER / language / "LC_MESSAGES" / "lifecycle.po"


if __name__ == "__main__":
    for name in LANGUAGES:
        if name != "en":
            update(name)
            print(f"{name}: {sum(1 for _ in untranslated(name))} to do")  # noqa: T201
