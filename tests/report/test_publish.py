import os
import subprocess
import sys

import pytest

from lifecycle_utils.errors import Locked
from lifecycle_utils.report import publish


def write(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(text)
    return folder


def test_a_second_run_is_refused_while_the_first_one_works(tmp_path):
    with publish.locked(tmp_path / "out"):
        with pytest.raises(Locked, match=f"process {os.getpid()}") as told, publish.locked(tmp_path / "out"):
            pass
        assert told.value.exit_code == 9
    with publish.locked(tmp_path / "out"):
        pass


def test_the_lock_goes_with_its_process(tmp_path):
    code = "import os, pathlib, sys; from lifecycle_utils.report import publish\nwith publish.locked(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, cwd=publish.__file__.split("lifecycle_utils")[0])
    assert killed.returncode == -9
    with publish.locked(tmp_path):
        pass


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_report_replaces_the_one_before_whole(tmp_path, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(publish, "_exchange", lambda one, other: False)
    target = write(tmp_path / "2026-10", "old")
    (target / "old.html").write_text("old")
    with publish.building(tmp_path, "2026-10") as folder:
        publish.publish(write(folder, "new"), target)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == ["2026-10", "2026-10/index.html"]
    assert (target / "index.html").read_text() == "new"


def test_what_fails_leaves_nothing_behind(tmp_path):
    write(tmp_path / "2026-10", "old")
    with pytest.raises(ZeroDivisionError), publish.building(tmp_path, "2026-10") as folder:
        write(folder, "half")
        raise ZeroDivisionError
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-10"]
    assert (tmp_path / "2026-10" / "index.html").read_text() == "old"


def test_a_run_that_was_killed_between_two_renames_is_put_right(tmp_path):
    write(tmp_path / ".replaced-2026-09", "the report of September")
    write(tmp_path / ".building-2026-10-abc", "half")
    write(tmp_path / ".replaced-2026-08", "old")
    write(tmp_path / "2026-08", "new")
    with publish.building(tmp_path, "2026-10"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-08", "2026-09"]
    assert (tmp_path / "2026-09" / "index.html").read_text() == "the report of September"
    assert (tmp_path / "2026-08" / "index.html").read_text() == "new"


def test_a_report_can_be_read_by_whoever_may_read_the_folder(tmp_path):
    with publish.building(tmp_path, "2026-10") as folder:
        publish.publish(write(folder, "new"), tmp_path / "2026-10")
    (tmp_path / "other").mkdir()
    assert (tmp_path / "2026-10").stat().st_mode == (tmp_path / "other").stat().st_mode
