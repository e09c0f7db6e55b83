"""Which notebooks are there, what does each ask, and which parameters does it declare?"""

import ast
import difflib
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from lifecycle_utils.errors import NotebookFailed, UsageError

#: The notebooks of the kit, beside the package in a checkout.
FOLDER = Path(__file__).resolve().parents[2] / "notebooks"

#: Of the kit's notebooks, as a rule.
_LETTERS_A_SECOND = 1500
_FILE_NAME = re.compile(r"\d+_([a-z0-9]+(?:_[a-z0-9]+)*)\.ipynb")


@dataclass(frozen=True)
class Notebook:
    """A notebook as it is on disk, not run yet.

    Attributes
    ----------
    name : output name, the file name without its number: cohort_survival
    title, question : what it shows and what it asks
    needs : tables without which it is skipped
    lists : names of its tables that are lists to act on; the index shows them
    defaults : its parameters in order, each with its default; only these may be set
    allowed : of some parameters, the list of words or the [lowest, highest] numbers that they may be
    sha256 : of the file
    seconds : about how long it takes for the sample company, from its metadata or else from how much code it has; the longest starts first
    """

    name: str
    path: Path
    title: str
    question: str = ""
    needs: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    defaults: dict = field(default_factory=dict)
    allowed: dict = field(default_factory=dict)
    sha256: str = ""
    seconds: float = 0.0


def discover(folder=FOLDER, *, only=()):
    """The notebooks NN_name.ipynb of a folder in order of their numbers, or those named in `only`.

    Raises
    ------
    UsageError : no notebook is there, or `only` names one that is not
    NotebookFailed : a file is not a notebook
    """
    paths = {}
    for path in sorted(Path(folder).glob("*.ipynb")):
        if match := _FILE_NAME.fullmatch(path.name):
            paths.setdefault(match[1], path)
    if not paths:
        raise UsageError(f"there is no notebook NN_name.ipynb in {folder}")
    wanted = [_known(name, paths) for name in only]
    return [read_notebook(name, path) for name, path in paths.items() if not wanted or name in wanted]


def _known(name, paths):
    """`--only` takes the output name or the file's name."""
    plain = re.sub(r"^\d+_", "", Path(name).stem if name.endswith(".ipynb") else name)
    if plain not in paths:
        raise UsageError(f"there is no notebook {name!r}{did_you_mean(plain, paths)}")
    return plain


def did_you_mean(name, known):
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f" (there are: {', '.join(known)})"


def read_notebook(name, path):
    """One notebook's description. Raises NotebookFailed if the file is no notebook or its parameters cell is not plain assignments."""
    try:
        raw = path.read_bytes()
        notebook = nbformat.reads(raw.decode("utf-8"), as_version=4)
        nbformat.validate(notebook)
    except (UnicodeDecodeError, nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError, KeyError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise NotebookFailed(f"{path.name} cannot be read as a notebook: {reason}") from None
    told = notebook.metadata.get("lifecycle", {})
    defaults = declared_parameters(notebook, path.name)
    code = sum(len(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    return Notebook(
        name=name,
        path=path,
        title=str(told.get("title") or name.replace("_", " ").capitalize()),
        question=str(told.get("question", "")),
        needs=tuple(map(str, told.get("needs", ()))),
        lists=tuple(map(str, told.get("lists", ()))),
        defaults=defaults,
        allowed=_allowed(told.get("allowed", {}), defaults, path.name),
        sha256=hashlib.sha256(raw).hexdigest(),
        seconds=float(seconds) if _is_number(seconds := told.get("seconds")) else code / _LETTERS_A_SECOND,
    )


def _allowed(told, defaults, file_name):
    """What the metadata allow parameters to be: words, or the lowest and the highest number; their defaults are to begin with."""
    if not isinstance(told, dict):
        raise NotebookFailed(f"the metadata of {file_name} cannot be used: allowed is not a list of words, or [lowest, highest], by parameter")
    for name, values in told.items():
        if problem := _misfit(name, values, defaults):
            raise NotebookFailed(f"the metadata of {file_name} cannot be used: {problem}")
    return {name: tuple(values) for name, values in told.items()}


def _misfit(name, values, defaults):
    """Why a parameter cannot be what it is allowed to be; "" if it can."""
    values = values if isinstance(values, list) else []
    words = bool(values) and all(isinstance(one, str) for one in values)
    if not words and not (len(values) == 2 and all(map(_is_number, values))):
        return f"{name} is neither a list of words nor [lowest, highest]"
    if name not in defaults:
        return f"it allows {name!r}, which is no parameter{did_you_mean(name, defaults)}"
    default = defaults[name]
    if words:
        return "" if default is None or default in values else f"{name} = {default!r} is none of the words that it may be"
    return "" if _is_number(default) and values[0] <= default <= values[1] else f"{name} = {default!r} is no number from {values[0]:g} to {values[1]:g}"


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def declared_parameters(notebook, file_name):
    """Names and defaults of the cell tagged `parameters`: plain assignments of literals, nothing else.

    Parsed, not run: the names that may reach papermill, which writes them as code, are exactly these.
    """
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", [])]
    defaults = {}
    try:
        for statement in ast.parse("\n".join(sources)).body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
            if not isinstance(target, ast.Name):
                raise ValueError("it holds more than `name = value` lines")
            defaults[target.id] = ast.literal_eval(statement.value)
    except (SyntaxError, ValueError) as error:
        raise NotebookFailed(f"the parameters cell of {file_name} cannot be used: {error}") from None
    return defaults
