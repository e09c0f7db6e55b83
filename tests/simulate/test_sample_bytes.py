"""The committed sample is what the code makes, to the byte."""

import gzip
import zlib
from pathlib import Path

import pytest

from lifecycle_utils.simulate import write_frames
from lifecycle_utils.simulate.document import document

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "data" / "sample"


@pytest.fixture(scope="module")
def written(tmp_path_factory, frames):
    folder = tmp_path_factory.mktemp("sample")
    write_frames(folder, frames)
    return folder


def test_committed_files_are_those_that_are_written(written):
    committed = {path.name for path in SAMPLE.iterdir() if not path.name.startswith(".")}
    assert committed == {path.name for path in written.iterdir()}


def test_committed_bytes_are_regenerated(written):
    for path in written.iterdir():
        made, committed = path.read_bytes(), (SAMPLE / path.name).read_bytes()
        if path.suffix == ".gz":
            # Another zlib may pack the same text into other bytes; the text is what counts, and the same zlib packs it the same.
            assert gzip.decompress(made) == gzip.decompress(committed), f"{path.name} differs: write the sample again and commit it"
            if "ng" in zlib.ZLIB_RUNTIME_VERSION:
                continue
        assert made == committed, f"{path.name} differs: write the sample again and commit it"


def test_sample_is_small_and_has_plain_line_ends():
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) < 5_000_000
    for path in SAMPLE.glob("*.csv"):
        content = path.read_bytes()
        assert b"\r" not in content and content.endswith(b"\n") and not content.startswith(b"\xef\xbb\xbf")


def test_documentation_prints_the_truth_as_it_is():
    text = (PROJECT / "docs" / "sample_company.md").read_text(encoding="utf-8")
    assert document() in text, "the truth changed: print its tables again with python -m lifecycle_utils.simulate.document"
