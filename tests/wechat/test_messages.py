"""One message as a value, a turn as one text: keys, merging, cutting, and text that would break out of its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat.crypto import BadBody
from bot.channels.wechat.inbound import Inbound, read_message
from bot.channels.wechat.meaning import meaning_of
from bot.channels.wechat.output import Said
from bot.channels.wechat.render import MAX_BYTES, cut, merge, pieces, plain, size, text_xml
from bot.channels.wechat.words import asks_for_human, asks_for_more
from tests.wechat.platform import fields_of, xml_of

HEAD = {"ToUserName": "gh_1", "FromUserName": "oUser", "CreateTime": 1700000000}
MESSAGE = Inbound(account="gh_1", sender="oUser", kind="text")


def received(**fields: object) -> Inbound:
    return read_message(xml_of({**HEAD, **fields}))


def test_text_is_read():
    message = received(MsgType="text", Content=" 盖什么章？ ", MsgId=7)

    assert (message.kind, message.text, message.message_id) == ("text", "盖什么章？", "7")


def test_voice_is_its_recognised_text():
    assert received(MsgType="voice", MediaId="m", Format="amr", Recognition="盖什么章", MsgId=8).text == "盖什么章"


@pytest.mark.parametrize(
    ("fields", "event", "key"),
    [
        ({"Event": "subscribe"}, "subscribe", ""),
        ({"Event": "subscribe", "EventKey": "qrscene_12", "Ticket": "t"}, "subscribe_scan", "12"),
        ({"Event": "unsubscribe", "EventKey": ""}, "unsubscribe", ""),
        ({"Event": "SCAN", "EventKey": "12", "Ticket": "t"}, "scan", "12"),
        ({"Event": "CLICK", "EventKey": "我的订单"}, "click", "我的订单"),
        ({"Event": "VIEW", "EventKey": "https://a.example/"}, "view", "https://a.example/"),
        ({"Event": "LOCATION", "Latitude": "1.5", "Longitude": "2.5", "Precision": "3"}, "location", ""),
        ({"Event": "SOMETHING_NEW"}, "something_new", ""),
    ],
)
def test_events_are_read(fields, event, key):
    message = received(MsgType="event", **fields)

    assert (message.kind, message.event, message.key, message.message_id) == ("event", event, key, "")


def test_same_number_of_two_users_is_two_messages():
    one = received(MsgType="text", Content="a", MsgId=5)
    other = read_message(xml_of({**HEAD, "FromUserName": "oOther", "MsgType": "text", "Content": "a", "MsgId": 5}))

    assert one.once_key != other.once_key


def test_two_events_of_one_second_are_two():
    keys = {
        received(MsgType="event", Event=event, EventKey=key).once_key
        for event, key in (("CLICK", "a"), ("CLICK", "b"), ("VIEW", "a"), ("subscribe", ""))
    }

    assert len(keys) == 4


def test_redelivery_is_the_same_message():
    fields = {"MsgType": "text", "Content": "a", "MsgId": 5}

    assert received(**fields).once_key == received(**fields).once_key


@pytest.mark.parametrize(
    "fields",
    [
        {"FromUserName": ""},
        {"FromUserName": "a|b"},
        {"FromUserName": "o" * 65},
        {"FromUserName": "o用户"},
        {"ToUserName": "]]>"},
        {"MsgType": ""},
        {"MsgType": "t" * 129},
        {"MsgId": "1" * 129},
        {"Event": "e" * 129},
    ],
)
def test_fields_that_no_message_has_are_refused(fields):
    with pytest.raises(BadBody):
        received(**{"MsgType": "text", "Content": "a", "MsgId": 1, **fields})


@pytest.mark.parametrize("name", ["FromUserName", "MsgType", "Content", "MsgId", "Event", "EventKey"])
def test_element_where_text_belongs_is_refused(name):
    xml = xml_of({**HEAD, "MsgType": "text", "MsgId": 1}).replace("</xml>", f"<{name}><b>1</b></{name}></xml>")

    with pytest.raises(BadBody):
        read_message(xml)


def test_all_messages_of_a_turn_are_one_text_with_numbered_options():
    text = merge([Said("**要**盖骑缝章。"), Said("还有：", ("云总代有哪几家", "怎么付款"))])

    assert text == "要盖骑缝章。\n\n还有：\n\n1. 云总代有哪几家\n2. 怎么付款\n回复数字就能选。"


def test_option_that_stands_in_the_text_with_its_number_is_not_repeated():
    orders = "两张单：\n1. 武汉长江｜待开通\n2. 上海明德｜待付款"

    text = merge([Said(orders, ("武汉长江", "上海明德", "更多"))])

    assert text == orders + "\n\n3. 更多\n回复数字就能选。"


def test_option_with_another_number_in_the_text_is_repeated():
    assert merge([Said("2. 甲", ("甲",))]) == "2. 甲\n\n1. 甲\n回复数字就能选。"


def test_options_that_numbers_do_not_pick_have_none():
    assert merge([Said("多少人？", ("50 人以内", "更多"), numbered=False)]) == "多少人？\n\n· 50 人以内\n· 更多"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**粗**和**体**", "粗和体"),
        ("- 一\n- 二", "· 一\n· 二"),
        ("见[说明](https://a.example/x)。", "见说明 https://a.example/x。"),
        ("2*3*4", "2*3*4"),
        ("a\x00\x08\ud800b", "ab"),
    ],
)
def test_markdown_and_what_xml_cannot_hold_are_gone(text, shown):
    assert plain(text) == shown


ANY = st.text(st.characters(blacklist_categories=["Cs"]) | st.sampled_from("。！\n👨‍👩‍👧🇨🇳e\u0301"), max_size=400)


@settings(max_examples=300)
@given(ANY, st.integers(8, 200))
def test_pieces_fit_and_hold_every_character_in_order(text, limit):
    found = pieces(text, limit)

    assert all(size(piece) <= limit for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize("character", ["骑", "👨‍👩‍👧‍👦", "🇨🇳", "e\u0301", "👍🏽"])
def test_cut_is_between_characters_as_users_see_them(character):
    for limit in range(size(character), 4 * size(character)):
        head, rest = cut(character * 10, limit)

        assert head == character * (limit // size(character))
        assert head + rest == character * 10


def test_cut_prefers_the_end_of_a_sentence():
    text = "第一句话在这里。" * 100

    head, rest = cut(text, 1000)

    assert head.endswith("。") and rest.startswith("第一句") and size(head) > 600


def test_text_of_exactly_the_limit_is_not_cut():
    assert cut("盖" * (MAX_BYTES // 3)) == ("盖" * (MAX_BYTES // 3), "")


BREAKOUT = "]]></Content><MsgType><![CDATA[transfer_customer_service]]></MsgType><Content><![CDATA["


@pytest.mark.parametrize("text", [BREAKOUT, "]]>", "]]]]>>", "a]]]>b", "]]" + ">" * 5, "<![CDATA[x]]>", "&lt;&#0;"])
def test_text_cannot_break_out_of_its_place(text):
    fields = fields_of(text_xml(MESSAGE, text, 1700000000))

    assert fields["Content"] == text
    assert fields["MsgType"] == "text"


@settings(max_examples=200)
@given(ANY.map(plain).filter(bool))
def test_every_text_arrives_as_it_is(text):
    fields = fields_of(text_xml(MESSAGE, text, 1700000000))

    assert fields["Content"] == text.replace("\r\n", "\n").replace("\r", "\n")  # as XML has it
    assert (fields["ToUserName"], fields["FromUserName"], fields["CreateTime"]) == ("oUser", "gh_1", "1700000000")


@pytest.mark.parametrize("text", ["更多", "回复更多", "「更多」", "“更多”", "更多。", "More", "看更多", " 更多 "])
def test_asks_for_more(text):
    assert asks_for_more(text)


@pytest.mark.parametrize("text", ["更多云总代", "还有更多要求吗", "多", "没有更多了"])
def test_asks_for_something_else(text):
    assert not asks_for_more(text)


@pytest.mark.parametrize(
    "text", ["人工", "转人工", "我要转人工", "人工客服", "找真人", "请帮我转人工", "轉人工", "转人工吧"]
)
def test_asks_for_a_human(text):
    assert asks_for_human(text)


@pytest.mark.parametrize("text", ["人工几点上班", "你是人工智能吗", "人工费多少", "怎么转人工", "不要人工"])
def test_asks_about_humans(text):
    assert not asks_for_human(text)


@pytest.mark.parametrize(
    "kind", ["image", "voice", "video", "shortvideo", "location", "link", "miniprogrampage", "new"]
)
def test_message_without_words_is_answered_without_asking_the_assistant(kind):
    meaning = meaning_of(Inbound("gh_1", "oUser", kind))

    assert meaning.say and not meaning.ask


@pytest.mark.parametrize("event", ["view", "location", "templatesendjobfinish", "unsubscribe", "kf_close_session"])
def test_event_that_expects_no_words_gets_none(event):
    assert meaning_of(Inbound("gh_1", "oUser", "event", event=event)).silent
