"""After every fault the published report is intact, and the next run succeeds and leaves nothing behind.

`make faults` injects all of them (minutes); the tests inject the short list.
"""

import os

import pytest

from tests.faults import disk, environment, folder, kernels, notebooks, process, tables  # noqa: F401 each puts its faults on the list
from tests.faults.register import FAULTS, MADE, SHORT
from tests.faults.scene import build, content, copy, intact

CHOSEN = list(FAULTS) if os.environ.get("LIFECYCLE_FAULTS") == "all" else SHORT


@pytest.fixture(scope="session")
def good(tmp_path_factory):
    return build(tmp_path_factory.mktemp("faults") / "scene")


@pytest.mark.parametrize("name", CHOSEN)
def test_a_fault_costs_nothing_but_its_run(good, tmp_path, name):
    scene = copy(good, tmp_path / "scene")
    scene.run(data=str(scene.company))  # made of this company, so that what comes out can be compared
    before, record = content(scene.place), (scene.place / "run.json").read_bytes()
    made = FAULTS[name](scene)
    assert intact(scene.place)
    if made != MADE:
        assert content(scene.place) == before and (scene.place / "run.json").read_bytes() == record
    scene.run()
    assert content(scene.place) == before
    left = {path.name for path in scene.out.iterdir()} - {".lock", ".failed", ".unfinished", "latest", scene.place.name}
    assert left == set()


def test_there_are_enough_faults():
    assert len(FAULTS) >= 50
