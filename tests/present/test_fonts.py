"""Names of customers, plans and channels are drawn whatever script they are written in: a missing letter is an error."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager

from lifecycle_utils import present
from lifecycle_utils.present import fonts, theme

NAMES = {
    "Japanese": "東京物流株式会社 解約率", "Chinese": "上海汽车 廣東話", "Korean": "서울 물류", "Polish": "Zażółć gęślą jaźń", "Arabic": "مقهى النيل (2026)",
    "Hebrew": "קפה תל אביב", "Thai": "ขนส่งไทย", "Hindi": "हिन्दी लिमिटेड", "Greek": "Ακρόπολη", "Russian": "Ёлки и палки", "emoji": "Rocket 🚀 ❤️ 💡",
    "a family": "👩‍👩‍👧 Söhne", "dollars": "Cash_$_Flow $$ & $x_{", "currencies": "₿ ₹ ₺ ¥ €",
}  # fmt: skip


@pytest.fixture
def ink():
    """A function of a text: how many pixels of its picture are dark."""

    def count(text, weight="normal"):
        with theme.style():
            figure = plt.figure(figsize=(5, 0.6))
            figure.text(0.02, 0.3, text, fontsize=14, weight=weight)
            figure.canvas.draw()
            pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
            plt.close(figure)
        return int((pixels < 128).all(axis=2).sum())

    return count


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_every_letter_of_a_name_is_drawn(ink, recwarn, caplog, script, weight):
    assert ink(NAMES[script], weight) > 100
    assert [str(one.message) for one in recwarn] == [] and caplog.messages == []


def test_dollars_are_money_and_not_a_formula(ink):
    assert ink("$$") > ink("$") > 0


def test_a_letter_is_drawn_in_the_first_family_that_has_it():
    assert fonts.families()[0] == "DejaVu Sans"
    assert all(name.startswith("kit ") for name in fonts.families()[1:])
    assert {"kit Noto Sans CJK JP", "kit Noto Emoji", "kit Noto Sans Thai"} < set(fonts.families())


def test_a_chart_of_groups_named_in_every_script_is_drawn(caplog):
    months = np.arange(1, 13)
    curves = pd.concat(
        [pd.DataFrame({"group": name, "tenure_month": months, "at_risk": 100, "churned": 1, "survival": 1 - months * step / 100,
                       "lower": 0.5 - months * step / 100, "upper": 1 - months * step / 200, "withheld": ""})
         for step, name in enumerate(["all", *list(NAMES.values())[:5]], start=1)]
    )  # fmt: skip
    figure = present.Figure(present.survival_chart(curves), caption="Curves")
    assert "東京物流株式会社" in figure.alt and caplog.messages == []


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_files_are_looked_up_once_and_are_those_that_matplotlib_finds(weight):
    manager = font_manager.fontManager
    plain = manager._find_fonts_by_props
    with theme.style():
        kinds = [font_manager.FontProperties(weight=weight, size=size) for size in (8, 11)]
        found = [manager._find_fonts_by_props(kind) for kind in kinds]
        assert found == [plain(kind) for kind in kinds] and len(found[0]) == len(fonts.families())
        assert found[0] is found[1]
        with theme.style():
            assert manager._find_fonts_by_props(kinds[0]) is found[0]
        assert manager._find_fonts_by_props(kinds[0]) is found[0]
    assert manager._find_fonts_by_props == plain
