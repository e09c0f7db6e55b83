"""What a run needs of the system, seen to before it begins: what would stop a kernel half-way is told in one line."""

import sys

from lifecycle_utils.errors import OutputError

#: Open files that each process of a run may need: sockets, event loops and tables, and matplotlib keeps up to 64 fonts open.
OPEN_FILES = 256


def ensure_open_files(needed=OPEN_FILES):
    """Let this process, and those that it starts, open `needed` files. Raises OutputError where the system forbids it."""
    if sys.platform == "win32":  # it knows no such limit
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise OutputError(f"only {hard} files may be open at a time, and a report needs {needed}; raise the limit (ulimit -n, or LimitNOFILE in systemd)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
