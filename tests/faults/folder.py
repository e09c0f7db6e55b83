"""Faults of the output folder: what else is there, what an earlier run left, and who else is writing."""

import os
import tempfile

import pytest

from lifecycle_utils import errors
from lifecycle_utils.report.publish import locked
from tests.faults.register import MADE, fault


@fault()
def killed_between_the_two_steps_of_a_swap(scene):
    """What such a run leaves: the next one gives the report back before it does anything else."""
    scene.place.rename(scene.out / f".replaced-{scene.place.name}")
    (scene.out / ".building-2026-06-abc").mkdir()
    with pytest.raises(errors.NotebookFailed):
        _fail_after_recovery(scene)


def _fail_after_recovery(scene):
    path = scene.cell("1 / 0")
    try:
        scene.run()
    finally:
        path.unlink()


@fault()
def the_output_folder_may_not_be_written(scene):
    if os.geteuid() == 0:
        pytest.skip("ROOT: permissions do not hold the superuser back; the_disk_is_read_only is the same for it")
    scene.out.chmod(0o555)
    try:
        with pytest.raises(errors.OutputError):
            scene.run()
    finally:
        scene.out.chmod(0o755)


@fault()
def the_output_is_a_file(scene):
    (scene.folder / "file").write_text("x")
    with pytest.raises(errors.OutputError):
        scene.run(out=scene.folder / "file")


@fault()
def the_month_is_a_file(scene):
    other = scene.folder / "other"
    other.mkdir()
    (other / scene.place.name).write_text("mine")
    with pytest.raises(errors.OutputError, match="is a file"):
        scene.run(out=other)
    assert (other / scene.place.name).read_text() == "mine"


@fault()
def the_output_is_a_link_to_a_folder(scene):
    (scene.folder / "link").symlink_to(scene.out)
    scene.run(out=scene.folder / "link")
    return MADE


@fault()
def latest_leads_nowhere(scene):
    (scene.out / "latest").unlink()
    (scene.out / "latest").symlink_to("1999-01")
    scene.run()
    assert (scene.out / "latest").resolve() == scene.place.resolve()
    return MADE


@fault()
def latest_is_somebody_s_own_file(scene):
    (scene.out / "latest").unlink()
    (scene.out / "latest").write_text("mine")
    scene.run()
    assert (scene.out / "latest").read_text() == "mine"
    return MADE


@fault()
def the_temporary_folder_is_gone(scene):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(scene.folder / "nowhere"))
        with pytest.raises(errors.OutputError, match="no temporary folder"):
            scene.run()


@fault()
def the_record_of_the_last_run_is_cut_short(scene):
    """--resume does not trust it: everything is run."""
    whole = (scene.place / "run.json").read_bytes()
    (scene.place / "run.json").write_bytes(whole[:100])
    scene.run(resume=True)
    return MADE


@fault()
def a_file_of_the_report_was_changed(scene):
    """--resume does not take over what is not as it was written."""
    executed = scene.place / "notebooks" / "02_cohort_survival.ipynb"
    executed.write_text(executed.read_text(encoding="utf-8").replace("71% stay", "99% stay"), encoding="utf-8")
    scene.run(resume=True)
    return MADE

@fault(short=True)
def another_run_holds_the_lock(scene):
    with locked(scene.out), pytest.raises(errors.Locked):
        scene.run()


@fault()
def two_runs_start_at_once(scene):
    running = [scene.start() for _ in range(2)]
    codes = sorted(scene.finish(one)[0] for one in running)
    assert codes in ([0, 9], [0, 0])  # the second may begin when the first has ended
    return MADE


@fault()
def the_lock_was_left_by_a_dead_process(scene):
    (scene.out / ".lock").write_text("4194303\n")
    scene.run()
    return MADE


@fault()
def the_lock_names_a_living_process(scene):
    """A number is used again: the lock is held by whoever has it open, not by a number in a file."""
    (scene.out / ".lock").write_text(f"{os.getpid()}\n")
    scene.run()
    return MADE
