"""Regular language and what it is worth."""

from itertools import pairwise

import pytest

from bot.nlu.normalize import normalize
from bot.nlu.values import find_values, number


def values(text: str, entity: str) -> list:
    return [found.value for found in find_values(normalize(text).text) if found.entity == entity]


@pytest.mark.parametrize(
    ("written", "worth"),
    [("120", 120), ("1,200", 1200), ("一百二", 120), ("两百", 200), ("3万", 30000), ("十五", 15), ("二〇一六", 2016)],
)
def test_number_is_read_in_digits_and_in_words(written, worth):
    assert number(written) == worth


@pytest.mark.parametrize("written", ["", "abc", "很多", "万一呢"])
def test_what_is_no_number_is_none(written):
    assert number(written) is None


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("七成在国内", 0.7),
        ("80%在国外", 0.8),
        ("国内占８０％", 0.8),
        ("三分之二在国内", 0.6667),
        ("百分之九十五", 0.95),
        ("九成五", 0.95),
        ("七成半", 0.75),
        ("七八成", 0.75),
        ("一半在国外", 0.5),
    ],
)
def test_share_is_a_part_of_one(text, worth):
    assert values(text, "share") == [worth]


@pytest.mark.parametrize("text", ["公司刚成立", "在成都", "120%", "四分之五", "三成功了吗"])
def test_what_only_looks_like_a_share_is_none(text):
    assert values(text, "share") == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("国内120人", 120),
        ("一百二十个员工", 120),
        ("两百来个用户", 200),
        ("1,500个账号", 1500),
        ("５０位同事", 50),
        ("俩老板", None),
    ],
)
def test_people_are_counted(text, count):
    assert values(text, "people") == ([] if count is None else [count])


def test_money_is_not_people():
    assert (values("三万人民币", "money"), values("三万人民币", "people")) == ([30000.0], [])


@pytest.mark.parametrize(
    "written", ["CSP20160315001", "csp20160315001", "CSP-2016-0315-001", "ＣＳＰ20160315001", "csp 20160315001"]
)
def test_order_number_has_one_form(written):
    assert values(f"查一下{written}到哪了", "order_number") == ["CSP20160315001"]


@pytest.mark.parametrize("written", ["csp2016031500", "csp201603150011", "20160315001"])
def test_number_of_another_length_is_no_order_number(written):
    assert values(written, "order_number") == []


@pytest.mark.parametrize("written", ["HZ-2016-0123", "hz-2016-0123", "ＨＺ－２０１６－０１２３"])
def test_agreement_number_has_one_form(written):
    assert values(f"编号是{written}", "agreement_number") == ["HZ-2016-0123"]


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("国外用abc.com买的", ["abc.com"]),
        ("ABC.COM.CN和abc.cn", ["abc.com.cn", "abc.cn"]),
        ("用cn.abc.com行吗", ["cn.abc.com"]),
        ("发到zhang@abc.com", []),  # a mail address names a person, not the customer's domain
        ("版本3.5", []),
    ],
)
def test_domain_names_are_found(text, domains):
    assert values(text, "domain") == domains


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2016年3月15日付的", "2016-03-15"),
        ("2016-3-5", "2016-03-05"),
        ("3月15号", "03-15"),
        ("2016年3月", "2016-03"),
        ("明天", "明天"),
    ],
)
def test_dates_have_one_form(text, date):
    assert values(text, "date") == [date]


def test_several_values_are_found_without_overlap():
    text = normalize("国内120人占八成，国外30人，用abc.com，3月15日要").text

    found = sorted(find_values(text), key=lambda f: f.start)

    assert [(f.entity, f.value) for f in found] == [
        ("people", 120),
        ("share", 0.8),
        ("people", 30),
        ("domain", "abc.com"),
        ("date", "03-15"),
    ]
    assert all(first.end <= second.start for first, second in pairwise(found))


def test_span_is_the_text_it_was_found_in():
    text = "大概七成在国内"

    (share,) = find_values(text)

    assert text[share.start : share.end] == "七成"
