"""The environment that notebooks run in: the same on a laptop, under cron and in a container."""

import os
from pathlib import Path

import lifecycle_utils
from lifecycle_utils.language import VARIABLE

#: Where `sources` finds the company that the run has opened (its own name for it; importing it here would open the engine's door).
_OPENED = "LIFECYCLE_OPENED"

#: Where `present` finds below how many customers nothing may be said (its own name for it).
_SHARED = "LIFECYCLE_SHARED_K"
#: The key of the pseudonyms, which no notebook needs.
SECRETS = frozenset({"LIFECYCLE_SHARE_KEY"})

#: What an interpreter, NumPy and pyplot read once, when they start: a process that kernels are forked from must have started with it.
FIXED = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    # A kernel keeps the backend it is given: with Agg of a server, figures would vanish without an error.
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # Notebooks run side by side already; sums in one thread come out the same on every machine, and no thread is lost in a fork.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    # The debugger, which a kernel has and nobody asks, would warn whoever runs the report of what it cannot do.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def use_environment(scratch, *, opened=None, language="", shared_k=0):
    """Set this process's environment for the kernels that it starts. Returns the folder they start in, inside the new folder `scratch`.

    Parameters
    ----------
    language : of the report; "" leaves the choice to the company's settings
    opened : where the run has left the company's tables (see sources.opened); None if it has not
    shared_k : the notebooks are for a shared report that says nothing of fewer customers than this; 0 if they are not
    """
    scratch = Path(scratch)
    working = scratch / "work"
    working.mkdir(parents=True)
    os.environ.update(
        FIXED,
        # The notebooks import the very package that runs the report, installed or not.
        PYTHONPATH=os.pathsep.join(filter(None, [str(Path(lifecycle_utils.__file__).parents[1]), os.environ.get("PYTHONPATH")])),
        # No start-up scripts and no settings of the person who happens to run the report.
        IPYTHONDIR=str(scratch / "ipython"),
        JUPYTER_CONFIG_DIR=str(scratch / "jupyter"),
        JUPYTER_RUNTIME_DIR=str(scratch),
        **{_OPENED: str(opened or ""), _SHARED: str(shared_k or "")},
    )
    if language:
        os.environ[VARIABLE] = language
    for name in ("PYTHONSTARTUP", *SECRETS):
        os.environ.pop(name, None)
    plain_drawing(working)
    return working


def plain_drawing(folder):
    """Whoever imports matplotlib in `folder` gets its defaults, not those of a person; the font cache stays where it is."""
    (folder / "matplotlibrc").write_text("", encoding="utf-8")
