"""What a shared report leaves out besides names: whatever says where it was made, and of which files."""

import dataclasses
import hmac
from contextlib import suppress
from pathlib import Path

import lifecycle_utils
from lifecycle_utils.report.job import FAILED

_SHORTEST_FOLDER = 8


def without_traces(outcome):
    """An outcome without what its cells wrote to standard error, and without the words of its failure."""
    failure = dataclasses.replace(outcome.failure, message="it did not run to its end", source="", traceback="") if outcome.status == FAILED else None
    return dataclasses.replace(outcome, messages="", failure=failure)


def keyed_inputs(inputs, key):
    """The inputs' fingerprints, which tell two inputs apart but cannot be looked up; without file names, which a company chose."""
    keyed = [hmac.digest(key, one["sha256"].encode(), "sha256").hex() for one in inputs]
    return tuple({"file": f"input {number}", "bytes": 0, "sha256": sha256} for number, sha256 in enumerate(keyed, start=1))


def private_words(company_folder, out, *, key):
    """What no file of a shared report may hold: folders of this machine, and the key."""
    places = {Path(company_folder), out, Path(lifecycle_utils.__file__).parents[1]}
    with suppress(RuntimeError, OSError):  # an account without a home, a folder that is gone
        places |= {Path.home(), Path.cwd()}
    # Shorter ones would be found by chance in an embedded picture.
    folders = {str(place.expanduser().resolve()) for place in places if len(str(place.expanduser().resolve())) >= _SHORTEST_FOLDER}
    return sorted(folders | {key.decode("utf-8", "surrogateescape")})


def leaks(folder, words):
    """Faults of a built report: which file holds which kind of word. The words themselves are not repeated."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = path.read_bytes()
            found += [f"{path.name} names a folder of this machine, or holds the key" for word in words if word.encode("utf-8", "surrogateescape") in text]
    return sorted(set(found))
