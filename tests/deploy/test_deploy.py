"""The files under deploy/ agree with the program and with what is demanded of them; tests/scale/test_topology.py runs them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.health import PROBES
from bot.settings import ROOT, Settings

DEPLOY = ROOT / "deploy"
YAML_FILES = sorted(DEPLOY.rglob("*.yml"))
TEXTS = [*YAML_FILES, DEPLOY / "Containerfile", DEPLOY / "env.example"]
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def documents(name: str) -> list[dict[str, Any]]:
    return [part for part in yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")) if part]


@pytest.fixture(scope="module")
def pod() -> dict[str, Any]:
    (deployment,) = documents("kubernetes/assistant.yml")
    spec: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return spec


@pytest.fixture(scope="module")
def container(pod: dict[str, Any]) -> dict[str, Any]:
    (only,) = pod["containers"]
    return dict(only)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return documents("compose.yml")[0]


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.name)
def test_yaml_is_read(path: Path):
    assert list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path):
    named = set(re.findall(r"\bCSP_[A-Z_]+", path.read_text(encoding="utf-8")))

    assert {name.removeprefix("CSP_").lower() for name in named} <= set(Settings.__fields__)


def _images() -> Iterator[str]:
    yield from re.findall(r"^FROM (\S+)", CONTAINERFILE, re.M)
    for path in YAML_FILES:
        yield from re.findall(r"^\s+image: (\S+)", path.read_text(encoding="utf-8"), re.M)


def test_images_are_pinned_and_public_names():
    found = list(_images())

    assert len(found) >= 7
    for image in found:
        assert re.fullmatch(r"[a-z0-9-]+:\d[\w.-]*", image), image


def test_no_password_is_written_down():
    for path in TEXTS:
        for value in re.findall(
            r"(?:PASSWORD|TOKEN|PASS)[ \t]*[:=](?!\?)[ \t]*(\S+)", path.read_text(encoding="utf-8")
        ):
            assert value.startswith("${") or value in {"TOKEN", "PASSWORD"}, (path.name, value)


def test_container_is_not_root_and_locked():
    final = CONTAINERFILE.split("FROM ")[-1]

    assert re.findall(r"^USER (\d+)", final, re.M) == ["10001"]
    assert "--require-hashes -r requirements.lock" in CONTAINERFILE
    assert re.search(r'^ENTRYPOINT \["csp"\]', final, re.M), "csp must get SIGTERM itself"
    assert "apt-get install -y --no-install-recommends" in final and "rm -rf /var/lib/apt/lists" in final
    assert "ADD " not in CONTAINERFILE and "sudo" not in CONTAINERFILE


def test_container_holds_what_the_program_reads_and_no_secret():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert {".env", ".git", "var"} <= set(ignored)
    assert not {"bot", "actions", "data", "config.yml", "domain.yml", "pyproject.toml", "models"} & set(ignored)


def test_pod_is_restricted(pod: dict[str, Any], container: dict[str, Any]):
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert str(pod["securityContext"]["runAsUser"]) in re.findall(r"^USER (\d+)", CONTAINERFILE, re.M)
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_probes_ask_routes_that_exist_on_the_port_that_is_served(container: dict[str, Any]):
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    asked = [container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")]

    assert {probe["path"] for probe in asked} == set(PROBES)
    assert {ports[probe["port"]] for probe in asked} == {Settings.__fields__["port"].default}
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz", (
        "a database that is away is no reason to restart"
    )


def test_pod_has_the_time_to_finish_what_is_under_way(pod: dict[str, Any], compose: dict[str, Any]):
    grace = Settings.__fields__["stop_grace"].default

    assert pod["terminationGracePeriodSeconds"] >= 3 * grace + 10
    assert int(compose["services"]["assistant-1"]["stop_grace_period"].removesuffix("s")) >= 3 * grace + 10


def test_metrics_are_scraped_from_their_port_and_not_served_to_users(container: dict[str, Any]):
    (deployment,) = documents("kubernetes/assistant.yml")
    port = next(entry["value"] for entry in container["env"] if entry["name"] == "CSP_METRICS_PORT")
    service = next(part for part in documents("kubernetes/network.yml") if part["kind"] == "Service")

    assert deployment["spec"]["template"]["metadata"]["annotations"]["prometheus.io/port"] == port
    assert [entry["targetPort"] for entry in service["spec"]["ports"]] == ["http"]


def test_autoscaler_scales_the_deployment_from_two():
    scaler = next(part for part in documents("kubernetes/scaling.yml") if part["kind"] == "HorizontalPodAutoscaler")
    (deployment,) = documents("kubernetes/assistant.yml")

    assert scaler["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    assert scaler["spec"]["minReplicas"] >= 2
    assert "replicas" not in deployment["spec"], "it would fight with the autoscaler"


def test_compose_has_two_assistants_and_all_engines(compose: dict[str, Any]):
    services = compose["services"]

    assert set(services) == {"assistant-1", "assistant-2", "nginx", "postgres", "redis", "rabbitmq"}
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"], "nothing else is public"
    for name in ("postgres", "redis", "rabbitmq"):
        assert "healthcheck" in services[name]
        assert services["assistant-1"]["depends_on"][name] == {"condition": "service_healthy"}


def test_nginx_knows_the_assistants_of_compose(compose: dict[str, Any]):
    servers = re.findall(r"^\s+server ([\w-]+):(\d+) ", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"), re.M)

    assert {name for name, _ in servers} == {name for name in compose["services"] if name.startswith("assistant")}
    assert {int(port) for _, port in servers} == {Settings.__fields__["port"].default}


def test_kustomization_is_built():
    if shutil.which("kubectl") is None:
        pytest.skip("needs kubectl")
    built = subprocess.run(
        ["kubectl", "kustomize", str(DEPLOY / "kubernetes")], capture_output=True, text=True, timeout=60
    )

    assert built.returncode == 0, built.stderr
    assert "kind: Deployment" in built.stdout and "kind: Secret" not in built.stdout


def test_compose_file_is_taken_by_docker():
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode
    ):
        pytest.skip("needs docker compose")
    settings = DEPLOY / "env.example"
    text = re.sub(r"(PASSWORD)=$", r"\1=x", settings.read_text(encoding="utf-8"), flags=re.M)
    checked = subprocess.run(
        ["docker", "compose", "-f", str(DEPLOY / "compose.yml"), "--env-file", "/dev/stdin", "config", "--no-env-resolution"],
        input=text, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert checked.returncode == 0, checked.stderr
