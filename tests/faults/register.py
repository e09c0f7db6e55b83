"""The list of faults: one function each, which breaks something, runs, and says what the run had to answer.

A fault gets a Scene of its own. Whatever it does to its run, the report that was there must stay whole, and the next run must succeed.
It returns nothing if the published report must be the old one, or `MADE` if the run was to succeed all the same.
"""

import os

import pytest

from tests.faults.scene import ROOT

MADE = "made"
FAULTS, SHORT = {}, []


def fault(*, short=False):
    """Put a function on the list; `short` puts it on that of the tests, too."""

    def register(function):
        assert function.__name__ not in FAULTS
        FAULTS[function.__name__] = function
        if short:
            SHORT.append(function.__name__)
        return function

    return register


def fails(scene, error, *cells, told=None, **options):
    """A run with a third notebook of these cells, which ends with `error`."""
    path = scene.cell(*cells)
    with pytest.raises(error, match=told):
        scene.run(**options)
    path.unlink()


def surroundings(**changes):
    """A plain environment."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"} | changes
