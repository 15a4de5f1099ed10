"""Load and run a trained model with what answering needs, and without what only training does.

They hang where Rasa takes any storage, component and runner (``rasa.engine.loader``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from rasa.engine.graph import ExecutionContext, GraphNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import MODEL_ARCHIVE_METADATA_FILE, LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelMetadata, ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_yaml_file

from bot.deferred import absent

with absent("tensorflow"):  # spaCy, which the model holds, would load all of it to ask for a GPU
    import spacy  # noqa: F401

_Step = Tuple[str, GraphNode, Tuple[str, ...]]


def _path(kind: type) -> str:
    return f"{kind.__module__}.{kind.__name__}"


class ServingStorage(LocalModelStorage):
    """A model without its training graph, whose validators would import every neural network that Rasa has.

    Its domain is not validated again.
    """

    @staticmethod
    def _load_metadata(directory: Path) -> ModelMetadata:
        metadata = json.loads((directory / MODEL_ARCHIVE_METADATA_FILE).read_text(encoding="utf-8"))
        for node in metadata["predict_schema"]["nodes"].values():
            if node["uses"] == _path(DomainProvider):
                node["uses"] = _path(TrustedDomain)
        return ModelMetadata.from_dict({**metadata, "train_schema": {"nodes": {}}})


class TrustedDomain(DomainProvider):
    """The domain inside a model, without the validation that it passed when the model was trained: more than a second."""

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DomainProvider:
        """Load the domain (see parent class)."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Domain.from_dict(read_yaml_file(folder / "domain.yml")))


class OrderedRunner(DaskGraphRunner):
    """Runs the nodes one after the other in an order found once, instead of planning and scheduling every run anew."""

    _plans: Dict[Tuple[str, ...], List[_Step]]

    def run(self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
        """Run what ``targets`` need (see parent class)."""
        wanted = tuple(targets or self._graph_schema.target_names)
        done: Dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, needs in self._plan(wanted):
            done[name] = node(*(done.get(need, need) for need in needs))
        return {name: done[name][1] for name in wanted}

    def _plan(self, targets: Tuple[str, ...]) -> List[_Step]:
        plans = self.__dict__.setdefault("_plans", {})
        if targets not in plans:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            steps: Dict[str, _Step] = {}

            def add(name: str) -> None:
                if name in nodes and name not in steps:
                    needs = tuple(nodes[name].needs.values())
                    for need in needs:
                        add(need)
                    steps[name] = (name, self._instantiated_nodes[name], needs)

            for target in targets:
                add(target)
            plans[targets] = list(steps.values())
        return plans[targets]
