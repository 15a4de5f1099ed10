"""The numbers and names that a distributor may change, read from ``data/policy.yml``.

Answers, rules and deadlines all take them from here, so that one edit changes all three.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConstrainedFloat, Extra, PositiveInt, ValidationError, constr


class PolicyError(ValueError):
    """The policy file cannot be used; the message is a sentence for the operator."""


class Share(ConstrainedFloat):
    """A part of a whole, above 0 and at most 1."""

    gt = 0
    le = 1


Text = constr(strip_whitespace=True, min_length=1)


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid
        frozen = True


class Distributor(_Strict):
    """A cloud distributor (F7) and since when it is one."""

    name: Text  # type: ignore[valid-type]
    since: Text  # type: ignore[valid-type]


class ExpectedDistributor(_Strict):
    """A distributor that was announced but not confirmed (F9)."""

    name: Text  # type: ignore[valid-type]
    when: Text  # type: ignore[valid-type]


class Human(_Strict):
    """Who takes over when the assistant cannot help."""

    contact: Text  # type: ignore[valid-type]
    hours: Text  # type: ignore[valid-type]


class Policy(_Strict):
    """Everything in ``data/policy.yml``; an unknown or missing key is an error."""

    as_of: Text  # type: ignore[valid-type]
    distributors: tuple[Distributor, ...]
    expected_distributor: ExpectedDistributor
    total_weeks: PositiveInt
    provision_days: PositiveInt
    domestic_share: Share
    abroad_share: Share
    few_abroad_share: Share
    billing: Text  # type: ignore[valid-type]
    lock_months: PositiveInt
    webdirect_change: Text  # type: ignore[valid-type]
    sync_builtin: Text  # type: ignore[valid-type]
    datacenters: tuple[str, ...]
    human: Human

    def placeholders(self) -> dict[str, str]:
        """What ``{name}`` in an answer under ``data/responses`` is filled with."""
        return {
            "as_of": self.as_of,
            "distributors": "、".join(d.name for d in self.distributors),
            "distributor_count": str(len(self.distributors)),
            "expected_distributor": self.expected_distributor.name,
            "expected_when": self.expected_distributor.when,
            "total_weeks": str(self.total_weeks),
            "provision_days": str(self.provision_days),
            "domestic_share": f"{self.domestic_share:.0%}",
            "abroad_share": f"{self.abroad_share:.0%}",
            "few_abroad_share": f"{self.few_abroad_share:.0%}",
            "billing": self.billing,
            "lock_months": str(self.lock_months),
            "webdirect_change": self.webdirect_change,
            "sync_builtin": self.sync_builtin,
            "datacenters": "、".join(self.datacenters),
            "human_contact": self.human.contact,
            "human_hours": self.human.hours,
        }


_PROBLEMS = {
    "value_error.missing": "缺少这一项",
    "value_error.extra": "没有这一项，请删掉或检查拼写",
}


def parse_policy(values: Any) -> Policy:
    """Check ``values`` (the parsed YAML) and return the policy.

    Raises:
        PolicyError: a key is missing, unknown or has a wrong value; the message names it in Chinese.
    """
    if not isinstance(values, dict):
        raise PolicyError("data/policy.yml 应是「名称: 值」的列表。")
    try:
        return Policy.parse_obj(values)
    except ValidationError as error:
        found = [
            f"{'.'.join(str(part) for part in e['loc'])}：{_PROBLEMS.get(e['type'], '值不对，' + e['msg'])}"
            for e in error.errors()
        ]
        raise PolicyError("data/policy.yml 有误：" + "；".join(found) + "。") from error


def load_policy(path: Path) -> Policy:
    """Read the policy file at ``path``.

    Raises:
        PolicyError: the file is missing, is not YAML, or its content is wrong.
    """
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PolicyError(f"找不到策略文件 {path.name}。") from error
    except yaml.YAMLError as error:
        raise PolicyError(f"data/policy.yml 不是合法的 YAML：{error}") from error
    return parse_policy(values)
