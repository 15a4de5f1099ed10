"""What the light stage sees of a sentence is what scikit-learn's TF-IDF over the same terms, written out, would see."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.nlu import views as module
from bot.nlu.concepts import concept_terms
from bot.nlu.fast_scores import Weights
from bot.nlu.leaf_model import REGULARISATION, fit_weights
from bot.nlu.views import Views, characters_of, pairs, syllables_of

_TEXTS = [
    "盖什么章",
    "盖骑缝章",
    "什么时候开通",
    "几天能开通",
    "office365多少钱",
    "多少钱一年",
    "原件寄到哪",
    "寄原件",
] * 4
_LEAVES = [0, 0, 1, 1, 2, 2, 3, 3] * 4
_VIEWS = Views.fit(_TEXTS)
_texts = st.text(alphabet="盖什么章开通几天寄原件 a3\ud800😀", max_size=12)


def _runs(units: list[str]) -> Iterator[str]:
    for size in (1, 2, 3):
        for start in range(len(units) - size + 1):
            yield "\0".join(units[start : start + size])


def _pairs(units: list[str], apart: int) -> Iterator[str]:
    for place, one in enumerate(units):
        for other in units[place + 1 : place + 1 + apart]:
            yield f"{one}\0{other}"


_WRITTEN_OUT: list[tuple[Callable, int]] = [
    (lambda text: list(_runs(list(text))), module.FREQUENT_RUNS),
    (lambda text: list(_pairs(list(text), module.CHARACTERS_APART)), module.FREQUENT_PAIRS),
    (lambda text: list(_runs(syllables_of(text))), module.FREQUENT_RUNS),
    (lambda text: list(_pairs(syllables_of(text), module.SYLLABLES_APART)), module.FREQUENT_PAIRS),
]


@settings(max_examples=60)
@given(text=_texts)
def test_a_view_is_scikit_learns(text: str) -> None:
    numbers, values = _VIEWS.of(text)
    start = 0
    for vocabulary, (analyzer, rarest) in zip(_VIEWS.terms, _WRITTEN_OUT):
        vectorizer = TfidfVectorizer(analyzer=analyzer, min_df=rarest, sublinear_tf=True).fit(_TEXTS)
        expected = vectorizer.transform([text]).data
        own = (start <= numbers) & (numbers < start + len(vocabulary))

        assert len(vocabulary) == len(vectorizer.vocabulary_)
        assert sorted(values[own]) == pytest.approx(sorted(expected), abs=1e-5)
        start += len(vocabulary)


@settings(max_examples=60)
@given(text=_texts)
def test_scores_are_those_of_the_linear_model(text: str) -> None:
    svm = LinearSVC().fit(_VIEWS.matrix(_TEXTS), _LEAVES)

    scores = Weights.of(svm).scores(*_VIEWS.of(text))

    assert scores == pytest.approx(svm.decision_function(_VIEWS.matrix([text]))[0], abs=2e-3)


def test_a_dropped_character_leaves_pairs_in_place() -> None:
    whole, spoiled = (set(pairs(characters_of(text), 6).tolist()) for text in ("骑缝章盖哪里", "骑缝盖哪里"))

    assert spoiled < whole


def test_what_sounds_alike_looks_alike() -> None:
    assert syllables_of("骑锋章E3") == syllables_of("骑缝章e3")


def test_syllables_that_were_never_heard_are_no_terms() -> None:
    for text in ("嗯嗯嗯嗯", "嗯啊嗯啊嗯"):
        numbers, _ = _VIEWS.of(text)

        assert not any(numbers < len(_VIEWS.idf))


def test_each_row_of_a_matrix_is_a_sentence() -> None:
    matrix = _VIEWS.matrix(_TEXTS)
    for row, text in zip(matrix.toarray(), _TEXTS):
        numbers, values = _VIEWS.of(text)

        assert row[numbers] == pytest.approx(values, abs=1e-6)
        assert np.count_nonzero(row) == len(numbers)


def test_concepts_and_pairs_of_them_weigh_one_together() -> None:
    keys, weights = concept_terms("原件什么时候寄，寄到哪里，要盖章吗")

    assert len(set(keys.tolist())) == len(keys) > 3
    assert weights @ weights == pytest.approx(1.0)


def test_halves_trained_apart_are_the_model_trained_whole() -> None:
    matrix, labels = _VIEWS.matrix(_TEXTS), np.array(_LEAVES)
    whole = LinearSVC(C=REGULARISATION, tol=1e-8, max_iter=100_000).fit(matrix, labels)

    (halves,) = fit_weights([matrix], labels)

    for text, expected in zip(_TEXTS, whole.decision_function(matrix)):
        assert halves.scores(*_VIEWS.of(text)) == pytest.approx(expected, abs=2e-3)
