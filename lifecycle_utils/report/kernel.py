"""The kernel that runs a notebook: this interpreter, whatever kernelspecs the machine has."""

import os
import sys
import time
from queue import Empty

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

#: Milliseconds between two tries to reach a kernel that has no ear yet; what is not told otherwise waits for a hundred.
_TRY_AGAIN = 10
# A Unix socket's path may have 107 bytes (103 on macOS); its name adds about 60 to the folder's.
_LONGEST_SOCKET_FOLDER = 40

LAUNCHER = (sys.executable, "-m", "ipykernel_launcher")
_ARGUMENTS = (
    "-f", "{connection_file}", "--InteractiveShell.xmode=Plain", "--log-level=CRITICAL",
    # Chance that nobody seeded is the same in every run, and not one that kernels share; the notebook finds no names it did not define.
    "--IPKernelApp.exec_lines=__import__('random').seed(0); __import__('numpy').random.seed(0)",
)  # fmt: skip


class _Prompt(AsyncKernelClient):
    """A client that goes on as soon as the kernel has said that it is idle; the inherited one then waits whether it says any more."""

    @default("context")
    def _context_default(self):
        context = super()._context_default()
        context.RECONNECT_IVL = _TRY_AGAIN
        return context

    async def wait_for_ready(self, timeout=None):
        until = time.monotonic() + (timeout or float("inf"))
        while not await self._is_idle(self.kernel_info()):
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > until:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    async def _is_idle(self, asked):
        """Has it answered the question `asked`, and told everybody so? What it told before is forgotten."""
        try:
            while (await self.shell_channel.get_msg(timeout=1))["parent_header"].get("msg_id") != asked:
                pass
            while True:  # not heard if it was told before this channel was open: then it has to be asked again
                told = await self.iopub_channel.get_msg(timeout=0.02)
                if told["parent_header"].get("msg_id") == asked and told["content"].get("execution_state") == "idle":
                    return True
        except Empty:
            return False


class ThisInterpreter(AsyncKernelManager):
    """A kernel manager that asks no kernelspec: the notebooks' packages are those of the process that runs the report.

    Kernelspecs are files that any other environment may have left; one that is named python3 may start any program.
    Messages go through Unix sockets in a private folder where they can: no port to collide with another kernel's, none to connect to.
    """

    @property
    def kernel_spec(self):
        return KernelSpec(argv=[*LAUNCHER, *_ARGUMENTS], language="python", display_name="Python 3")

    @default("client_factory")
    def _prompt_client(self):
        return _Prompt

    @default("transport")
    def _private_transport(self):
        short = len(os.fsencode(os.environ.get("JUPYTER_RUNTIME_DIR", ""))) <= _LONGEST_SOCKET_FOLDER
        return "ipc" if os.name == "posix" and short else "tcp"
