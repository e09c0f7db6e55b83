"""What leaves a notebook: safe HTML, whole CSV, JSON without NaN, and the same bytes twice."""

import base64
import io
import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lifecycle_utils import present
from lifecycle_utils.errors import UsageError
from lifecycle_utils.present import theme
from lifecycle_utils.present.record import FINDING_MIME, TABLE_MIME, _thinned
from tests.present.frames import NAN, survival_frame


def finding(**changed):
    told = {"key": "ltv", "value": np.float64(10.5), "lower": NAN, "upper": np.inf, "n": np.int64(3), "unit": "USD"}
    return present.Finding(**(told | {"definition": "what & why", "sentence": "A > B"} | changed))


def test_a_finding_is_json_with_null_for_what_is_not_there():
    told = finding()._repr_mimebundle_()[FINDING_MIME]
    assert json.loads(json.dumps(told, allow_nan=False)) == {
        "key": "ltv", "value": 10.5, "lower": None, "upper": None, "n": 3, "unit": "USD", "definition": "what & why", "sentence": "A > B", "withheld": None,
    }


def test_a_finding_is_escaped_in_text_and_attribute():
    html = finding(sentence="<script>alert(1)</script>", definition='" onmouseover="x')._repr_mimebundle_()["text/html"]
    assert html == '<p class="finding tex2jax_ignore mathjax_ignore" title="&quot; onmouseover=&quot;x">&lt;script&gt;alert(1)&lt;/script&gt;</p>'


def test_a_withheld_finding_is_marked():
    assert 'class="finding withheld ' in finding(value=NAN, withheld="too few")._repr_mimebundle_()["text/html"]


def test_a_table_carries_all_rows_as_csv_and_the_first_as_html():
    frame = survival_frame(months=40)
    bundle = present.Table("survival", frame, "Curves", rows=5)._repr_mimebundle_()
    back = pd.read_csv(io.StringIO(bundle[TABLE_MIME]["csv"]), keep_default_na=False, float_precision="round_trip")
    pd.testing.assert_frame_equal(back, frame, check_exact=True)
    assert bundle[TABLE_MIME]["name"] == "survival"
    assert "5 of 40 rows, all in tables/survival.csv" in bundle["text/html"] and bundle["text/html"].count("<tr>") == 5


def test_a_figure_is_a_picture_at_twice_its_size_with_alt_and_caption():
    data, about = present.Figure(present.survival_chart(survival_frame()), "The caption")._repr_mimebundle_()
    told = about["image/png"]
    width, height = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).size
    assert (width, height) == (2 * told["width"], 2 * told["height"])
    assert told["caption"] == "The caption" and "76% (95% interval 73% to 79%)" in told["alt"]


def test_a_figure_is_closed_and_its_bytes_depend_on_the_chart_only():
    pictures = [present.Figure(present.survival_chart(survival_frame(groups=("all", "b"))), "x").png for _ in range(2)]
    assert not plt.get_fignums() and pictures[0] == pictures[1]
    assert b"Software" not in pictures[0] and b"tIME" not in pictures[0]


def test_a_figure_without_alt_text_is_refused():
    with pytest.raises(UsageError, match="alt text"):
        present.Figure(plt.subplots()[1], "caption")


def test_a_picture_in_few_colours_cannot_be_told_from_the_original():
    with theme.style():
        figure, ax = plt.subplots(figsize=(4, 3), layout="constrained")
    ax.imshow(np.arange(40.0).reshape(5, 8), cmap="viridis")
    ax.plot(0.5, 0.5, ".", color=theme.VERMILLION, markersize=2)  # a colour of few pixels
    figure.canvas.draw()
    original = Image.fromarray(np.asarray(figure.canvas.buffer_rgba()))
    plain = io.BytesIO()
    original.save(plain, "PNG")
    thin = _thinned(np.asarray(original))
    drawn, seen = np.asarray(original.convert("RGB"), dtype=int), np.asarray(Image.open(io.BytesIO(thin)).convert("RGB"), dtype=int)
    assert seen.shape == drawn.shape and np.abs(seen - drawn).max() <= 12
    assert (seen[(drawn == 255).all(axis=2)] == 255).all()
    colours, pixels = np.unique(drawn.reshape(-1, 3), axis=0, return_counts=True)
    for colour in colours[np.argsort(pixels)[-41:]]:  # the paper and the forty areas
        assert (seen[(drawn == colour).all(axis=2)] == colour).all()
    assert len(thin) < 0.6 * len(plain.getvalue())
    plt.close(figure)


def test_a_picture_of_very_many_colours_is_thinned_too():
    noise = np.random.default_rng(1).integers(0, 256, (400, 400, 4), dtype=np.uint8)
    noise[..., 3] = 255
    seen = Image.open(io.BytesIO(_thinned(noise)))
    assert seen.size == (400, 400) and len(seen.getcolors()) <= 256
    assert np.abs(np.asarray(seen.convert("RGB"), dtype=int) - noise[..., :3]).mean() < 40
