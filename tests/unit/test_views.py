"""The views of one sentence, by look-ups, give the scores that scikit-learn gives by matrices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.nlu.fast_scores import NGrams, Weights, joined
from bot.nlu.views import Views

_TEXTS = ["盖什么章", "盖骑缝章", "什么时候开通", "几天能开通", "office365多少钱", "多少钱一年", "原件寄到哪", "寄原件"]
_LEAVES = [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("analyzer", ["char", "word"])
@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="盖什么章开通几天寄原件 a3", max_size=12))
def test_scores_are_those_of_the_linear_model(analyzer: str, text: str) -> None:
    shared = {"ngram_range": (1, 3), "sublinear_tf": True, "dtype": np.float32}
    texts = [" ".join(t) for t in _TEXTS]
    vectorizer = TfidfVectorizer(analyzer=analyzer, token_pattern=r"\S+", **shared).fit(texts)
    svm = LinearSVC().fit(vectorizer.transform(texts), _LEAVES)

    scores = Weights.of(svm).scores(*NGrams.of(vectorizer).terms(text))

    assert scores == pytest.approx(svm.decision_function(vectorizer.transform([text]))[0], abs=1e-5)


def test_the_views_of_one_sentence_are_its_row() -> None:
    views = Views(_TEXTS)
    for row, text in zip(views.matrix.toarray(), _TEXTS):
        numbers, values = joined(views.look_ups().of(text))

        assert row[numbers] == pytest.approx(values, abs=1e-6)
        assert np.count_nonzero(row) == len(numbers)
