"""The kernel that runs a notebook: this interpreter, whatever kernelspecs the machine has."""

import os
import sys

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

# A Unix socket's path may have 107 bytes (103 on macOS); its name adds about 60 to the folder's.
_LONGEST_SOCKET_FOLDER = 40

LAUNCHER = (sys.executable, "-m", "ipykernel_launcher")
_ARGUMENTS = (
    "-f", "{connection_file}", "--InteractiveShell.xmode=Plain", "--log-level=CRITICAL",
    # Chance that nobody seeded is the same in every run, and not one that kernels share; the notebook finds no names it did not define.
    "--IPKernelApp.exec_lines=__import__('random').seed(0); __import__('numpy').random.seed(0)",
)  # fmt: skip


class ThisInterpreter(AsyncKernelManager):
    """A kernel manager that asks no kernelspec: the notebooks' packages are those of the process that runs the report.

    Kernelspecs are files that any other environment may have left; one that is named python3 may start any program.
    Messages go through Unix sockets in a private folder where they can: no port to collide with another kernel's, none to connect to.
    """

    @property
    def kernel_spec(self):
        return KernelSpec(argv=[*LAUNCHER, *_ARGUMENTS], language="python", display_name="Python 3")

    @default("transport")
    def _private_transport(self):
        short = len(os.fsencode(os.environ.get("JUPYTER_RUNTIME_DIR", ""))) <= _LONGEST_SOCKET_FOLDER
        return "ipc" if os.name == "posix" and short else "tcp"
