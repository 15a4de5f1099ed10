"""Training without Rasa's own way of training: the same files must be read the same, and nothing embedded twice."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rasa.shared.importers.importer import TrainingDataImporter

from bot.graph_training import FilesReadOnce
from bot.nlu import embedding
from bot.nlu.classifier import labelled
from bot.settings import ROOT


@pytest.fixture(scope="module")
def files() -> FilesReadOnce:
    return FilesReadOnce(ROOT)


@pytest.fixture(scope="module")
def rasas() -> TrainingDataImporter:
    """What Rasa makes of the same files."""
    folders = [str(ROOT / "data" / part) for part in ("nlu", "rules", "responses")]
    return TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), folders)


def test_domain_is_the_one_that_rasa_makes(files, rasas):
    assert files.get_domain().as_dict() == rasas.get_domain().as_dict()


def test_sentences_are_those_that_rasa_reads(files, rasas):
    assert labelled(files.get_nlu_data()) == labelled(rasas.get_nlu_data())


def test_rules_are_those_that_rasa_reads(files, rasas):
    assert files.get_stories().fingerprint() == rasas.get_stories().fingerprint()


def test_only_new_sentences_are_embedded(tmp_path, monkeypatch):
    asked: list[str] = []

    def counting(texts: Sequence[str], threads: int = 1) -> np.ndarray:
        asked.extend(texts)
        return np.array([[float(len(text)), 1.0] for text in texts]).reshape(-1, 2)

    monkeypatch.setattr(embedding, "embed", counting)
    store = tmp_path / "kept" / "vectors.npz"
    embedding.embed_kept(["一", "二二", "一"], store)
    vectors = embedding.embed_kept(["二二", "三三三"], store)

    assert asked == ["一", "二二", "三三三"]
    assert vectors.tolist() == [[2.0, 1.0], [3.0, 1.0]]


def test_vectors_of_another_encoder_are_made_anew(tmp_path, monkeypatch):
    store = tmp_path / "vectors.npz"
    np.savez(store, texts=np.array(["一"]), vectors=np.array([[9.0, 9.0]]), encoder=np.array("another"))
    monkeypatch.setattr(embedding, "embed", lambda texts, threads=1: np.ones((len(texts), 2)))

    assert embedding.embed_kept(["一"], store).tolist() == [[1.0, 1.0]]
    np.savez(store, texts=np.array(["一"]), vectors=np.array([[9.0, 9.0]]))
    assert embedding.embed_kept(["一"], store).tolist() == [[1.0, 1.0]]


def _embed_slowly(store: Path, begun: multiprocessing.synchronize.Event) -> None:
    def slow(texts: Sequence[str], threads: int = 1) -> np.ndarray:
        begun.set()
        multiprocessing.Event().wait(1.0)
        return np.full((len(texts), 2), 7.0)

    embedding.embed = slow  # type: ignore[assignment]
    embedding.embed_kept(["一"], store)


def test_who_comes_while_another_process_embeds_waits_for_what_it_makes(tmp_path, monkeypatch):
    context = multiprocessing.get_context("spawn")
    begun = context.Event()
    other = context.Process(target=_embed_slowly, args=(tmp_path / "vectors.npz", begun))
    other.start()
    begun.wait(30)

    def never(texts: Sequence[str], threads: int = 1) -> np.ndarray:
        assert not texts
        return np.empty((0, 2))

    monkeypatch.setattr(embedding, "embed", never)
    vectors = embedding.embed_kept(["一"], tmp_path / "vectors.npz")
    other.join()

    assert vectors.tolist() == [[7.0, 7.0]]
