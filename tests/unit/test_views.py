"""The views of one sentence, by look-ups, give the scores that scikit-learn gives by matrices."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.nlu.fast_scores import TermWeights, Weights, joined
from bot.nlu.leaf_model import REGULARISATION, fit_weights
from bot.nlu.views import Views, character_pairs, characters_of, runs, syllable_pairs, syllables_of

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


@pytest.mark.parametrize("analyzer", [runs, character_pairs, syllable_pairs])
@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="盖什么章开通几天寄原件 a3", max_size=12))
def test_scores_are_those_of_the_linear_model(analyzer: Callable, text: str) -> None:
    vectorizer = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, dtype=np.float32)
    svm = LinearSVC().fit(vectorizer.fit_transform(map(characters_of, _TEXTS)), _LEAVES)
    units = characters_of(text)

    scores = Weights.of(svm).scores(*TermWeights.of(vectorizer).of_units(units))

    assert scores == pytest.approx(svm.decision_function(vectorizer.transform([units]))[0], abs=2e-3)


def test_a_dropped_character_leaves_pairs_in_place() -> None:
    whole, spoiled = (set(character_pairs(characters_of(text))) for text in ("骑缝章盖哪里", "骑缝盖哪里"))

    assert spoiled < whole


def test_what_sounds_alike_looks_alike() -> None:
    assert syllables_of("骑锋章E3") == syllables_of("骑缝章e3")


def test_the_views_of_one_sentence_are_its_row() -> None:
    views = Views(_TEXTS)
    for row, text in zip(views.matrix.toarray(), _TEXTS):
        numbers, values = joined(views.look_ups().of(text))

        assert row[numbers] == pytest.approx(values, abs=1e-6)
        assert np.count_nonzero(row) == len(numbers)


def test_rows_of_other_texts_are_as_those_of_the_texts_themselves() -> None:
    views = Views(_TEXTS)

    assert (views.rows(_TEXTS) != views.matrix).nnz == 0


def test_halves_trained_apart_are_the_model_trained_whole() -> None:
    views, labels = Views(_TEXTS), np.array(_LEAVES)
    whole = LinearSVC(C=REGULARISATION, tol=1e-8, max_iter=100_000).fit(views.matrix, labels)

    (halves,) = fit_weights([views.matrix], labels)

    for text, expected in zip(_TEXTS, whole.decision_function(views.matrix)):
        assert halves.scores(*joined(views.look_ups().of(text))) == pytest.approx(expected, abs=2e-3)
