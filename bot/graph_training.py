"""Train Rasa's graph from the project's files, with no work done twice.

`rasa.model_training.train` reads the files three times and takes fingerprints of every sentence after every node, for a cache
that does not see a change of this project's own code: together a quarter of a training. Here the same recipe makes the same
graph, and it is run once. Sentences are embedded in a process beside it from the moment they are known.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, Iterator, Optional

from rasa.engine.constants import PLACEHOLDER_IMPORTER
from rasa.engine.graph import ExecutionContext, GraphNodeHook
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.importers.importer import ResponsesSyncImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.model_loading import OrderedRunner
from bot.nlu import classifier
from bot.nlu.embedding import embed_kept


class FilesReadOnce(RasaFileImporter):
    """The project's files; its domain has the retrieval intents and the answers that stand beside the training data."""

    def __init__(self, root: Path) -> None:
        """Nothing is read yet; ``root`` holds ``config.yml``, ``domain.yml`` and ``data/``."""
        data = [str(root / "data" / part) for part in ("nlu", "rules", "responses")]
        super().__init__(str(root / "config.yml"), str(root / "domain.yml"), data)
        self._sentences: Optional[TrainingData] = None
        self._whole_domain: Optional[Domain] = None

    def get_nlu_data(self, language: Optional[str] = "zh") -> TrainingData:
        """Sentences (see parent class)."""
        if self._sentences is None:
            self._sentences = super().get_nlu_data(language)
        return self._sentences

    def get_domain(self) -> Domain:
        """The domain (see parent class)."""
        if self._whole_domain is None:
            self._whole_domain = super().get_domain()  # what the next line starts from
            self._whole_domain = ResponsesSyncImporter(self).get_domain()
        return self._whole_domain


class _Announced(GraphNodeHook):
    """Says which node comes next."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def on_before_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Dict[str, Any],
        received_inputs: Dict[str, Any],
    ) -> Dict:
        self._say(node_name)
        return {}

    def on_after_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: Dict[str, Any],
        output: Any,
        input_hook_data: Dict,
    ) -> None:
        pass


def train_graph(root: Path, model: Path, say: Callable[[str], None]) -> None:
    """Train on the files of ``root`` and write the model to ``model``.

    Args:
        root: holds ``config.yml``, ``domain.yml`` and ``data/``.
        model: the archive to write.
        say: is told the name of each node of the graph before it runs.

    Raises:
        rasa.shared.exceptions.RasaException: what Rasa finds wrong with the files.
    """
    files = FilesReadOnce(root)
    with _embedded_beside(files), TemporaryDirectory() as folder:
        graph = DefaultV1Recipe().graph_config_for_recipe(files.get_config(), {})
        context = ExecutionContext(graph_schema=graph.train_schema)
        storage = LocalModelStorage(Path(folder))
        runner = OrderedRunner(graph.train_schema, storage, context, hooks=[_Announced(say)])
        # The classifier last: it waits for the sentences that are being embedded beside all that.
        parts = sorted(graph.train_schema.target_names, key=lambda name: classifier.__name__ in name)
        runner.run({PLACEHOLDER_IMPORTER: files}, parts)
        storage.create_model_package(model, graph, files.get_domain())


@contextmanager
def _embedded_beside(files: FilesReadOnce) -> Iterator[None]:
    """Have the sentences embedded meanwhile, to where the classifier looks for them."""
    texts, _ = classifier.labelled(files.get_nlu_data())
    process = multiprocessing.get_context("spawn").Process(target=embed_kept, args=(texts, classifier.VECTORS_FILE))
    process.start()
    try:
        yield
    finally:
        process.terminate()  # over by now, unless training failed
        process.join()
