"""The words and phrases of an answer, without a model: English and Polish by words and their endings, Japanese by its scripts."""

import re

#: Kanji, katakana and hiragana; Thai has no blanks either, and no scripts to part it by.
_KANJI, _KATAKANA, _HIRAGANA, _THAI = "\u3400-\u9fff\uf900-\ufaff々", "\u30a1-\u30ff", "\u3041-\u309f", "\u0e00-\u0e7f"
_UNSPACED = _KANJI + _KATAKANA + _HIRAGANA
_RUN = re.compile(f"[{_UNSPACED}]+|[{_THAI}]+|[^\\W\\d_{_UNSPACED}{_THAI}]+(?:['’][^\\W\\d_]+)?|[.,:;!?()…。、！？]")
_IS_UNSPACED, _IS_THAI = re.compile(f"[{_UNSPACED}]"), re.compile(f"[{_THAI}]")
#: What carries meaning in Japanese: a kanji with the kana that follows it (早い), or two and more kanji, or katakana; kana alone are grammar.
_JAPANESE = re.compile(f"(?<![{_KANJI}])[{_KANJI}](?![のはがをにでともへや])[{_HIRAGANA}]|[{_KANJI}]{{2,}}|[{_KATAKANA}]{{2,}}")
_KANJI_RUN = re.compile(f"[{_KANJI}]{{3,}}")
#: Words that carry no theme by themselves; scikit-learn has the English ones.
_POLISH = frozenset([
    "i", "w", "z", "na", "do", "nie", "się", "to", "że", "o", "jak", "po", "za", "od", "dla", "jest", "są", "być", "był", "była", "było", "były", "oraz",
    "ale", "czy", "bo", "więc", "już", "tylko", "też", "co", "go", "tak", "przez", "przy", "nas", "nam", "mnie", "ich", "jego", "jej", "ten", "ta", "te",
    "tego", "tej", "tych", "tym", "który", "która", "które", "u", "we", "ze", "a", "zbyt", "bardzo", "nasz", "nasza", "nasze", "naszych", "żeby", "gdy",
    "kiedy", "jeszcze", "oni", "one", "ona", "on", "my", "mamy", "miał", "mieć", "być", "aby", "lub", "też", "tam", "tu", "pod", "nad", "bez", "przed",
])  # fmt: skip
_POLISH_LETTER = re.compile("[ąćęłńóśźż]")
#: Case and gender, the longest first; a word keeps three letters, or four where more than one goes.
_POLISH_ENDINGS = (
    "iami", "owie", "ami", "ach", "iem", "ego", "emu", "ych", "ich", "ymi", "imi", "owi", "ów", "om", "em", "ym", "im", "ej", "ie", "a", "ą", "e", "ę", "i",
    "o", "u", "y",
)  # fmt: skip
_LONGEST_PHRASE, _LONGEST_RUN, _BETWEEN = 4, 10, 2


def phrases(text):
    """The phrases of an answer, as they are written.

    >>> sorted(phrases("The freight invoices, checked by hand"))
    ['checked', 'checked by hand', 'freight', 'freight invoices', 'hand', 'invoices']
    >>> "早い" in phrases("対応が早いです"), "です" in phrases("対応が早いです")
    (True, False)
    """
    return set(keyed_phrases(text).values())


def keyed_phrases(text):
    """Each phrase under what it has in common with its other forms: dict of key to phrase.

    English words lose the plural's s and Polish ones their ending, so that `faktury`, `faktur` and `fakturami` are one.

    >>> keyed_phrases("Wrong invoices")["wrong invoice"]
    'wrong invoices'
    >>> keyed_phrases("Błędne faktury")["błędn faktur"]
    'błędne faktury'
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # half a second that only surveys pay

    text, found, words = text.casefold(), {}, []
    polish = bool(_POLISH_LETTER.search(text)) or any(word in _POLISH and word not in ENGLISH_STOP_WORDS for word in text.split())
    stem = _polish_stem if polish else _english_stem
    for run in [*_RUN.findall(text), ""]:
        if run and run[0].isalpha() and not _IS_UNSPACED.match(run) and not _IS_THAI.match(run):
            words.append(run)
            continue
        for size in range(1, _LONGEST_PHRASE + 1):
            for begin in range(len(words) - size + 1):
                part = words[begin : begin + size]
                if _tells(part[0], ENGLISH_STOP_WORDS) and _tells(part[-1], ENGLISH_STOP_WORDS):
                    found[" ".join(map(stem, part))] = " ".join(part)
        words = []
        if _IS_UNSPACED.match(run):
            found |= {part: part for part in _japanese(run)}
        elif _IS_THAI.match(run):
            found |= {part: part for part in _parts(run)}
    return found


def _tells(word, stop_words):
    return len(word) > 2 and word not in stop_words and word not in _POLISH


def _english_stem(word):
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _polish_stem(word):
    for ending in _POLISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (3 if len(ending) == 1 else 4):
            return word[: -len(ending)]
    return word


def _japanese(run):
    """Words by their script, what lies between two of them with at most two kana, and the parts of long compounds (請求書 of 運賃請求書)."""
    words = [match.span() for match in _JAPANESE.finditer(run)]
    found = {run[begin:end] for begin, end in words}
    for place, (begin, _) in enumerate(words):
        for (_, before), (after, end) in zip(words[place:], words[place + 1 :], strict=False):
            if after - before > _BETWEEN or end - begin > _LONGEST_RUN:
                break
            found.add(run[begin:end])
    for compound in _KANJI_RUN.findall(run):
        found |= _parts(compound)
    return found


def _parts(run):
    return {run[begin : begin + size] for size in range(2, _LONGEST_RUN + 1) for begin in range(len(run) - size + 1)}
