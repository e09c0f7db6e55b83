"""The report in other languages: catalogues that are complete, plurals and numbers that are right, and nothing left in English."""

import ast
import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from lifecycle_utils import language, messages, observe, present, sources
from lifecycle_utils.errors import InputError, UsageError
from lifecycle_utils.language import LANGUAGES, N_, _, ngettext, speaking
from lifecycle_utils.present import formats
from lifecycle_utils.present.vocabulary import said
from lifecycle_utils.settings import read_settings

OTHERS = [name for name in LANGUAGES if name != "en"]
PACKAGE = Path(language.__file__).parent


@pytest.mark.parametrize("name", OTHERS)
def test_every_message_is_translated(name):
    """Every message of code, templates and notebooks; placeholders and plural forms as they should be; none that nobody uses."""
    assert list(messages.untranslated(name)) == []


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_missing_or_wrong_is_found(name, monkeypatch):
    missing, wrong = (None, "A sentence that nobody has translated"), (None, "{share} of customers")
    known = messages.messages() | {missing: ["somewhere.py"], wrong: ["somewhere.py"]}
    whole = messages.catalogue(name)
    whole.add(wrong[1], "{part} 100")
    whole.add("Used by nobody", "?")
    monkeypatch.setattr(messages, "messages", lambda: known)
    monkeypatch.setattr(messages, "catalogue", lambda asked: whole)
    told = "\n".join(messages.untranslated(name))
    assert len(told.splitlines()) == 3
    for problem in ("nobody has translated' is not in the catalogue", "other placeholders: '{part} 100'", "'Used by nobody' is used nowhere"):
        assert problem in told


def test_a_word_is_a_message_only_once():
    """gettext looks up a plural by its singular: one word may not stand for itself and for a counted noun at the same time."""
    keys = list(messages.messages())
    plurals = {(context, message[0]) for context, message in keys if isinstance(message, tuple)}
    assert plurals.isdisjoint({(context, message) for context, message in keys if isinstance(message, str)})


@pytest.mark.parametrize(("number", "polish", "japanese"), [(1, "1 klient", "顧客1社"), (2, "2 klienci", "顧客2社"), (5, "5 klientów", "顧客5社"),
                                                            (12, "12 klientów", "顧客12社"), (22, "22 klienci", "顧客22社")])  # fmt: skip
def test_plurals(number, polish, japanese):
    counted = {name: _counted(name, number, "customer", "customers") for name in ("pl", "ja")}
    assert counted == {"pl": polish, "ja": japanese}
    with speaking("pl"):
        assert ngettext("{number} row", "{number} rows", number).format(number=number).endswith(
            {1: " wiersz", 2: " wiersze", 22: " wiersze"}.get(number, " wierszy"))


def _counted(name, *arguments):
    with speaking(name):
        return formats.counted(*arguments)


@pytest.mark.parametrize(("name", "expected"), [
    ("en", ["1,234.5", "45.6%", "¥1,234,568", "$12.50", "October 2026", "12 months"]),
    ("ja", ["1,234.5", "45.6%", "¥1,234,568", "$12.50", "2026年10月", "12か月"]),
    ("pl", ["1\xa0234,5", "45,6%", "1\xa0234\xa0568\xa0JPY", "12,50\xa0USD", "październik 2026", "12 miesięcy"]),
])  # fmt: skip
def test_numbers_money_and_months(name, expected):
    with speaking(name):
        assert [
            formats.number(1234.5), formats.percent(0.456, decimals=1), formats.money(1234567.8, "JPY"), formats.money(12.5, "USD"),
            formats.calendar_month("2026-10"), formats.counted(12, "month", "months"),
        ] == expected  # fmt: skip


def test_one_language_does_not_leak_into_another():
    """Babel shares data between locales: the months are asked for in turn, and once more."""
    def said_in(name):
        with speaking(name):
            return [formats.calendar_month(f"2026-{month:02d}") for month in range(1, 13)]

    first = {name: said_in(name) for name in LANGUAGES}
    assert {name: said_in(name) for name in reversed(LANGUAGES)} == first
    assert [first[name][1] for name in LANGUAGES] == ["February 2026", "2026年2月", "luty 2026"]


def test_a_deferred_message_is_translated_when_it_is_written():
    label = N_("Customers")
    with speaking("ja"):
        assert [str(label), f"{label}", label.format(), label + "!", _(label)] == ["顧客数", "顧客数", "顧客数", "顧客数!", "顧客数"]
        frame = pd.DataFrame({"said": [label]})
        assert str(frame["said"].iloc[0]) == "顧客数"
    assert str(label) == "Customers" and {label: 1}["Customers"] == 1


def test_words_of_frames_are_said_and_the_companys_own_left_alone():
    with speaking("pl"):
        assert [said("all"), said("no difference"), said("Contoso"), said("with_card")] == ["wszyscy", "bez różnicy", "Contoso", "with_card"]


def test_a_finding_in_three_languages():
    told = []
    for name in LANGUAGES:
        with speaking(name):
            finding = present.withheld_finding("ltv_to_cac", N_("What customers bring back of what they cost to win"), missing=["leads", "marketing"])
            told.append(finding.as_dict()["sentence"])
    assert told == [
        "What customers bring back of what they cost to win is withheld: the tables leads and marketing are missing. Their columns are in data/README.md.",
        "顧客がもたらす額と獲得費用は保留：leads、marketingテーブルがありません。列の説明はdata/README.mdにあります。",
        "Ile klienci zwracają z kosztu swojego pozyskania: wstrzymane, brakuje tabel leads i marketing. Ich kolumny opisuje data/README.md.",
    ]  # fmt: skip


def test_the_environment_is_stronger_than_the_settings(monkeypatch):
    with speaking("en"):
        assert language.speak("ja") == language.spoken() == "ja"
        monkeypatch.setenv(language.VARIABLE, "pl")
        assert language.speak("ja") == "pl"
        with language.forced("ja"):
            assert language.speak("en") == "ja"
        assert language.spoken() == "pl"
        with pytest.raises(UsageError, match="no report in the language 'de'; there are: en, ja, pl"):
            monkeypatch.setenv(language.VARIABLE, "de")
            language.speak()


def test_the_setting(tmp_path):
    (tmp_path / "lifecycle.toml").write_text('language = "ja"\n', encoding="utf-8")
    assert read_settings(tmp_path).language == "ja"
    (tmp_path / "lifecycle.toml").write_text('language = "de"\n', encoding="utf-8")
    with pytest.raises(InputError, match='language must be "en" or "ja" or "pl"'):
        read_settings(tmp_path)


def test_a_catalogue_is_part_of_the_package():
    """Read as text at run time: nothing has to be compiled, and both kinds of installation have the same file."""
    pattern = 'lifecycle_utils" = ["locale/*/LC_MESSAGES/*.po"]'
    assert pattern in (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    for name in OTHERS:
        assert (PACKAGE / "locale" / name / "LC_MESSAGES" / "lifecycle.po").is_file()


def test_english_reads_no_catalogue():
    """Who reads English does not wait for Babel to read the others."""
    program = "from lifecycle_utils import language; language._('x'); language.ngettext('a', 'b', 2); import sys; print('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=PACKAGE.parent).stdout == "False\n"


@pytest.mark.parametrize("path", sorted((PACKAGE / "present").glob("*.py")), ids=lambda path: path.stem)
def test_sentences_go_through_gettext(path):
    """No sentence of `present` is put together outside a message: what a chart, a table or a finding is given as text is one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    left = [
        (node.lineno, text) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) and not _is_for_nobody(node, parents)
        for text in ["".join(part.value for part in node.values if isinstance(part, ast.Constant))]
        if re.search(r"[A-Za-z]{2,} +[A-Za-z]{2,}", text) and "<" not in text
    ]  # fmt: skip
    assert left == []


def _is_for_nobody(node, parents):
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.Raise) or (isinstance(node, ast.keyword) and node.arg == "gid"):
            return True
    return False


def test_dates_of_the_catalogues_do_not_change_with_the_day():
    assert dt.datetime(2026, 1, 1, tzinfo=dt.UTC) == messages.catalogue("pl").creation_date


@pytest.mark.parametrize("name", OTHERS)
def test_no_number_depends_on_the_language(name):
    """What is withheld and why are two things: cohorts at month ends after the snapshot are blank in every language."""
    snapshot, numbers = sources.open_snapshot(month="2024-06"), ["mature", "customers", "mrr", "customer_retention", "revenue_retention"]
    english = observe.cohort_revenue(snapshot)
    with speaking(name):
        other = observe.cohort_revenue(snapshot)
    pd.testing.assert_frame_equal(other[numbers], english[numbers])
    assert (other["withheld"] != "").tolist() == (english["withheld"] != "").tolist() and not set(other["withheld"]) & (set(english["withheld"]) - {""})
