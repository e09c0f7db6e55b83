"""The kernel that runs a notebook: this interpreter, in an environment that is the same everywhere."""

import os
import sys
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

import lifecycle_utils

# A Unix socket's path may have 107 bytes (103 on macOS); its name adds about 60 to the folder's.
_LONGEST_SOCKET_FOLDER = 40


class ThisInterpreter(AsyncKernelManager):
    """A kernel manager that asks no kernelspec: the notebooks' packages are those of the process that runs the report.

    Kernelspecs are files that any other environment may have left; one that is named python3 may start any program.
    Messages go through Unix sockets in a private folder where they can: no port to collide with another kernel's, none to connect to.
    """

    @property
    def kernel_spec(self):
        arguments = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--InteractiveShell.xmode=Plain", "--log-level=CRITICAL"]
        return KernelSpec(argv=arguments, language="python", display_name="Python 3")

    @default("transport")
    def _private_transport(self):
        short = len(os.fsencode(os.environ.get("JUPYTER_RUNTIME_DIR", ""))) <= _LONGEST_SOCKET_FOLDER
        return "ipc" if os.name == "posix" and short else "tcp"


def use_environment(scratch):
    """Set this process's environment for the kernels that it starts. Returns the folder they start in, inside the new folder `scratch`."""
    scratch = Path(scratch)
    working = scratch / "work"
    working.mkdir(parents=True)
    os.environ.update(
        # The notebooks import the very package that runs the report, installed or not.
        PYTHONPATH=os.pathsep.join(filter(None, [str(Path(lifecycle_utils.__file__).parents[1]), os.environ.get("PYTHONPATH")])),
        PYTHONHASHSEED="0",
        PYTHONUTF8="1",
        # A kernel keeps the backend it is given: with Agg of a server, figures would vanish without an error.
        MPLBACKEND="module://matplotlib_inline.backend_inline",
        # No start-up scripts and no settings of the person who happens to run the report.
        IPYTHONDIR=str(scratch / "ipython"),
        JUPYTER_CONFIG_DIR=str(scratch / "jupyter"),
        JUPYTER_RUNTIME_DIR=str(scratch),
    )
    os.environ.pop("PYTHONSTARTUP", None)
    # Found before the user's own, so that charts do not depend on it; the font cache stays where it is.
    (working / "matplotlibrc").write_text("", encoding="utf-8")
    return working
