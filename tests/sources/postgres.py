"""A private PostgreSQL on loopback, from Debian's packages, for the time of a test run."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PASSWORD = "s3cret-of-the-test"


def programs():
    """The folder of PostgreSQL's programs, the newest one's; None if it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


@contextlib.contextmanager
def server():
    """Run a server; yields its URL with ${LCK_TEST_PASSWORD} for the password, and the port."""
    folder = Path(tempfile.mkdtemp(prefix="lckpg"))
    # PostgreSQL refuses to run as root
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(folder, "postgres", "postgres")
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, **user}
    data = folder / "data"
    try:
        who = ["-U", "analyst", "-A", "scram-sha-256", "--pwfile", secret]
        subprocess.run([programs() / "initdb", "-D", data, *who, "-E", "UTF8", "--no-sync"], check=True, **quiet)
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
        started = subprocess.Popen([programs() / "postgres", "-D", data, *options.split()], **quiet)
        try:
            _wait(port, started)
            yield f"postgresql://analyst:${{LCK_TEST_PASSWORD}}@127.0.0.1:{port}/postgres"
        finally:
            started.send_signal(signal.SIGINT)  # at once, without waiting for connections to end
            started.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port, process):
    for _ in range(300):
        assert process.poll() is None, "PostgreSQL did not start"
        ready = subprocess.run([programs() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False)
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError("PostgreSQL did not answer")
