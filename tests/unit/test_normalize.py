"""The normal form: one spelling for what users type in many ways, with true positions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.normalize import MAX_CHARS, normalize


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ＣＳＰ是什么？", "csp是什么？"),  # full width
        ("１２０人", "120人"),
        ("服務協議蓋騎縫章", "服务协议盖骑缝章"),  # traditional script
        ("盖合同章可以伐？", "盖合同章可以吗？"),  # Shanghai
        ("砍伐，步伐", "砍伐，步伐"),
        ("盖好了,还没发", "盖好了，还没发"),  # the other keyboard's comma
        ("1,000个E3,三年", "1,000个e3，三年"),
        ("CSP啥意思", "csp啥意思"),  # upper case
        ("多久开通?", "多久开通？"),  # Chinese punctuation stays Chinese, ASCII joins it
        ("盖\u200b章", "盖章"),  # zero width
        ("\ufeff盖章", "盖章"),
        ("盖\x07章\x00", "盖章"),  # control characters
        ("辛苦了🙏", "辛苦了"),  # emoji
        ("盖 什 么 章", "盖什么章"),
        ("盖什么章 原件寄哪", "盖什么章，原件寄哪"),  # a space between words stands for a comma
        ("21V有teams没 默认域名呢", "21v有teams没，默认域名呢"),
        ("能月付不 有teams没", "能月付不，有teams没"),
        ("客户用 Teams 行吗", "客户用teams行吗"),  # around a Latin word it is how many people type
        ("①付款给谁②几天开通", "1、付款给谁2、几天开通"),
        ("①", "1"),  # the answer to a list
        ("使唔使蓋騎縫章㗎", "要不要盖骑缝章啊"),  # Cantonese
        ("CSP係咩嚟，收款戶口係邊個", "csp是什么来，收款户口是哪个"),
        ("冇買過，佢哋同總代關係唔錯", "没有买过，他们同总代关系不错"),
        (
            "联系人仲裁系统几时边上",
            "联系人仲裁系统几时边上",
        ),  # the same characters, and nothing that is Cantonese alone
        ("  你好\n", "你好"),
        ("hello  world", "hello world"),
    ],
)
def test_what_users_type_becomes_one_form(typed, read):
    assert normalize(typed).text == read


@pytest.mark.parametrize(
    "typed", ["o365", "O365", "Office365", "office 365", "OFFICE-365", "ｏｆｆｉｃｅ　３６５", "O 365", "微软365"]
)
def test_every_spelling_of_the_product_is_one_name(typed):
    assert normalize(typed).text == "office365"


def test_product_name_keeps_its_edition():
    assert normalize("office 365 商業高級版").text == "office365商业高级版"


@pytest.mark.parametrize("typed", ["Web Direct", "web-direct", "webdirect", "WEB_DIRECT"])
def test_every_spelling_of_web_direct_is_one_name(typed):
    assert normalize(typed).text == "web-direct"


@pytest.mark.parametrize("typed", ["21Vianet", "21 V", "21v", "vianet", "２１Ｖ"])
def test_every_spelling_of_the_operator_is_one_name(typed):
    assert normalize(typed).text == "21v"


def test_number_is_not_taken_for_the_product():
    assert normalize("有3650个人").text == "有3650个人"


@pytest.mark.parametrize("typed", ["", "   ", "😀😀", "\u200b\u200d", "\x00\x01"])
def test_nothing_readable_is_an_empty_form(typed):
    assert normalize(typed).text == ""


def test_span_leads_back_to_the_original_words():
    original = "请问 Office 365 商業高級版 多少钱"
    normal = normalize(original)
    start = normal.text.index("office365")

    begin, end = normal.original_span(start, start + len("office365"))

    assert original[begin:end] == "Office 365"


def test_span_skips_what_was_dropped():
    original = "\u200b骑\u200b缝章🙏怎么盖"
    normal = normalize(original)
    start = normal.text.index("骑缝章")

    begin, end = normal.original_span(start, start + 3)

    assert original[begin:end] == "骑\u200b缝章"


def test_message_at_the_limit_is_read_whole():
    normal = normalize("盖" * MAX_CHARS)

    assert (len(normal.text), normal.cut) == (MAX_CHARS, False)


def test_longer_message_is_cut_and_says_so():
    normal = normalize("盖" * MAX_CHARS + "章")

    assert (len(normal.text), normal.cut) == (MAX_CHARS, True)


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_positions_are_in_order_and_inside_the_original(original):
    normal = normalize(original)

    assert len(normal.starts) == len(normal.ends) == len(normal.text)
    assert list(normal.starts) == sorted(normal.starts)
    assert all(0 <= start < end <= len(original) for start, end in zip(normal.starts, normal.ends, strict=True))


@given(st.text(alphabet="盖章 服務協議oO365ＣＳＰcsp21Vv?？，。\u200b🙏webdirect-\t", max_size=40))
@settings(max_examples=300)
def test_normal_form_is_its_own_normal_form(original):
    once = normalize(original).text

    assert normalize(once).text == once
