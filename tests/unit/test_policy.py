"""The policy file: what may change, checked before anything starts."""

import os
import subprocess
import sys

import pytest
import yaml

from bot.rules.policy import PolicyError, load_policy, parse_policy
from bot.settings import ROOT

FILE = ROOT / "data" / "policy.yml"


@pytest.fixture
def values() -> dict:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def test_the_file_that_is_delivered_is_right():
    policy = load_policy(FILE)

    assert [d.name for d in policy.distributors] == ["佳杰", "英迈", "联想", "中建材"]  # F7


def test_unknown_key_is_named_in_a_sentence(values):
    values["provision_day"] = 3

    with pytest.raises(PolicyError, match=r"provision_day：没有这一项.*。$"):
        parse_policy(values)


@pytest.mark.parametrize("key", list(yaml.safe_load(FILE.read_text(encoding="utf-8"))))
def test_missing_key_is_named_in_a_sentence(values, key):
    del values[key]

    with pytest.raises(PolicyError, match=rf"{key}：缺少这一项.*。$"):
        parse_policy(values)


def test_missing_key_inside_another_is_named_with_its_place(values):
    del values["human"]["hours"]

    with pytest.raises(PolicyError, match=r"human\.hours：缺少这一项"):
        parse_policy(values)


def test_unknown_key_of_a_distributor_is_named_with_its_place(values):
    values["distributors"][1]["phone"] = "1"

    with pytest.raises(PolicyError, match=r"distributors\.1\.phone：没有这一项"):
        parse_policy(values)


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("provision_days", "三天"),
        ("provision_days", 0),
        ("lock_months", -1),
        ("domestic_share", 70),
        ("abroad_share", 0),
        ("as_of", ""),
        ("billing", "  "),
        ("human", "张三"),
        ("distributors", "佳杰"),
    ],
)
def test_wrong_value_names_its_key(values, key, wrong):
    values[key] = wrong

    with pytest.raises(PolicyError, match=key):
        parse_policy(values)


@pytest.mark.parametrize("content", ["", "- 一\n- 二\n", "就一句话"])
def test_file_that_is_no_mapping_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "policy.yml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(PolicyError, match="应是"):
        load_policy(path)


def test_file_that_is_no_yaml_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "policy.yml"
    path.write_text("as_of: [没有关", encoding="utf-8")

    with pytest.raises(PolicyError, match="YAML"):
        load_policy(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(PolicyError, match=r"policy-of-nobody\.yml"):
        load_policy(tmp_path / "policy-of-nobody.yml")


def test_policy_of_a_running_process_cannot_be_changed():
    policy = load_policy(FILE)

    with pytest.raises(TypeError):
        policy.provision_days = 9


def test_wrong_policy_stops_the_start_with_a_sentence(tmp_path, values):
    values["provision_day"] = values.pop("provision_days")
    path = tmp_path / "policy.yml"
    path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-m", "bot.cli", "train"],
        cwd=ROOT,
        env={**os.environ, "CSP_POLICY_FILE": str(path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 2
    assert "provision_days：缺少这一项" in ended.stderr
    assert "provision_day：没有这一项" in ended.stderr
    assert "Traceback" not in ended.stderr
