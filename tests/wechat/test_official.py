"""The official account over real sockets: its modes, its kinds of messages, and answers that are late or long."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import time

import pytest

from tests.wechat import sealing
from tests.wechat.conftest import SCALE
from tests.wechat.platform import OUT_OF_SERVICE, Account, Callback, callback_of, xml_of

CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
SEND = "/cgi-bin/message/custom/send"


@pytest.fixture(scope="module")
def plain(start, open_platform):
    """A plain account that hands over to humans."""
    account = Account(mode="plain")
    return open_platform(account, start(account, CSP_WECHAT_HUMAN="true").callback)


@pytest.fixture(scope="module")
def compatible(start, open_platform):
    account = Account(mode="compatible")
    return open_platform(account, start(account).callback)


@pytest.fixture(scope="module")
def served(start, open_platform):
    """Open a platform for an account with the API, and its assistant."""

    def begin(kind):
        account = Account(app_id=f"wx{kind:>016}".replace(" ", "0"))
        platform = open_platform(account)
        settings = {"CSP_WECHAT_ACCOUNT": kind, "CSP_WECHAT_API_URL": platform.api.url}
        platform.callback = start(account, **settings).callback
        return platform

    return begin


@pytest.fixture(scope="module")
def verified(served):
    """An account that may push texts."""
    return served("verified")


@pytest.fixture(scope="module")
def service(served):
    """An account that may push options to click on."""
    return served("service")


@pytest.fixture(params=["secure", "plain", "compatible"])
def platform(request):
    return request.getfixturevalue(request.param)


def eventually(run, found, within=8.0):
    """Wait until ``found()`` is true; returns whether it came to be."""

    async def look():
        end = time.monotonic() + within
        while not found() and time.monotonic() < end:
            await asyncio.sleep(0.05)
        return bool(found())

    return run(look())


# --- the check of the address, signatures, modes


def test_check_is_answered_with_what_came(platform, run):
    assert run(platform.verify("echo-5a7-中")) == (200, "echo-5a7-中")


@pytest.mark.parametrize("wrong", [{"signature": "0" * 40}, {"signature": ""}, {"nonce": "1"}, {"timestamp": "1"}])
def test_check_with_a_wrong_signature_is_refused(secure, run, wrong):
    assert run(secure.verify("echo", **wrong)) == (403, "")


def test_old_check_is_refused_though_it_is_signed(secure, run):
    stamp = str(int(time.time()) - 400)
    signed = sealing.signature(secure.account.token, stamp, "9")

    assert run(secure.verify("echo", timestamp=stamp, nonce="9", signature=signed))[0] == 403


def test_message_is_answered_in_every_mode(platform, run):
    user = platform.user()

    delivery = run(user.say("云总代有哪几家"))

    assert delivery.text == f"答：云总代有哪几家（wechat:{platform.account.app_id}:{user.openid}）"
    assert len(delivery.attempts) == 1


@pytest.mark.parametrize("fault", [("another", 0), (None, -400), (None, 400)])
def test_message_with_a_wrong_signature_or_time_is_refused(platform, run, fault):
    user = platform.user()

    token, off = fault

    callback = callback_of(platform.account, xml_of(user.message("text", Content="a")), time.time() + off, token)
    attempt = run(platform.post(callback))

    assert attempt.status == 403


def test_message_without_a_signature_is_refused(platform, run):
    xml = xml_of(platform.user().message("text", Content="a"))

    attempt = run(platform.post(Callback({}, callback_of(platform.account, xml).body)))

    assert attempt.status == 403


@pytest.mark.parametrize("name", ["msg_signature", "signature"])
def test_both_signatures_count(secure, run, name):
    callback = callback_of(secure.account, xml_of(secure.user().message("text", Content="a")))

    attempt = run(secure.post(Callback({**callback.query, name: "0" * 40}, callback.body)))

    assert attempt.status == 403


def test_plain_message_is_refused_in_the_secure_mode(secure, run):
    forged = callback_of(
        dataclasses.replace(secure.account, mode="plain"), xml_of(secure.user().message("text", Content="a"))
    )

    assert run(secure.post(forged)).status == 400


def test_encrypted_part_counts_in_the_compatible_mode(compatible, run):
    """Its signature covers the ciphertext; the plain part beside it is covered by nothing."""
    user = compatible.user()
    callback = callback_of(compatible.account, xml_of(user.message("text", Content="真的")))
    forged = callback.body.replace("真的".encode(), "假的".encode())

    attempt = run(compatible.post(Callback(callback.query, forged)))

    assert forged != callback.body
    assert "答：真的" in attempt.xml


def test_message_for_another_account_is_refused(secure, run):
    other = dataclasses.replace(secure.account, app_id="wx0000000000000000")

    assert run(secure.post(callback_of(other, xml_of(secure.user().message("text", Content="a"))))).status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(secure, run, method):
    async def ask():
        async with secure.session.request(method, secure.callback) as answer:
            return answer.status

    assert run(ask()) == 405


# --- kinds of messages


@pytest.mark.parametrize(
    "kind",
    [
        ("image", {"PicUrl": "http://mmbiz.example/1", "MediaId": "m"}),
        ("voice", {"MediaId": "m", "Format": "amr"}),
        ("voice", {"MediaId": "m", "Format": "amr", "Recognition": ""}),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}),
        ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}),
        ("location", {"Location_X": "23.1", "Location_Y": "113.3", "Scale": "20", "Label": "广州"}),
        ("link", {"Title": "t", "Description": "d", "Url": "https://a.example/"}),
        ("something_new", {"Field": "x"}),
        ("text", {"Content": "【收到不支持的消息类型，暂无法显示】"}),
        ("text", {"Content": " "}),
    ],
    ids=lambda kind: f"{kind[0]}-{len(kind[1])}",
)
def test_what_cannot_be_read_is_answered_kindly(secure, run, kind):
    delivery = run(secure.user().send(kind[0], **kind[1]))

    assert CHINESE.search(delivery.text)
    assert "答：" not in delivery.text  # the assistant was not asked


def test_voice_is_answered_by_what_was_recognised(secure, run):
    assert run(secure.user().send("voice", MediaId="m", Format="amr", Recognition="盖什么章")).text.startswith(
        "答：盖什么章"
    )


@pytest.mark.parametrize("fields", [{}, {"EventKey": "qrscene_7", "Ticket": "t"}])
def test_new_follower_is_welcomed_with_what_the_assistant_can_do(secure, run, fields):
    text = run(secure.user().do("subscribe", **fields)).text

    assert "欢迎" in text
    assert "答：你能做什么？" in text


def test_scan_is_greeted(secure, run):
    assert CHINESE.search(run(secure.user().do("SCAN", EventKey="7", Ticket="t")).text)


def test_menu_click_is_the_text_that_its_key_stands_for(secure, run):
    assert run(secure.user().do("CLICK", EventKey="我的订单到哪了")).text.startswith("答：我的订单到哪了")


@pytest.mark.parametrize(
    "event",
    [("VIEW", {"EventKey": "https://a.example/"}), ("LOCATION", {"Latitude": "1"}), ("unsubscribe", {}), ("NEW", {})],
)
def test_event_that_wants_no_words_is_acknowledged(secure, run, event):
    user = secure.user()

    delivery = run(user.do(event[0], **event[1]))

    assert [attempt.acknowledged for attempt in delivery.attempts] == [True]
    assert user.shown == []


def test_who_leaves_takes_what_was_kept_along(secure, run):
    user = secure.user()
    run(user.say("长100"))
    run(user.do("unsubscribe"))

    assert run(user.say("更多")).text.startswith("答：更多")


def test_human_is_called_where_the_account_has_some(plain, run):
    user = plain.user()

    delivery = run(user.say("我要转人工"))

    assert delivery.reply["MsgType"] == "transfer_customer_service"
    assert (user.handed_over, user.shown) == (1, [])


def test_question_about_humans_is_for_the_assistant(plain, run):
    assert run(plain.user().say("人工几点上班")).text.startswith("答：")


def test_call_for_a_human_is_for_the_assistant_where_there_is_none(secure, run):
    assert run(secure.user().say("我要转人工")).text.startswith("答：我要转人工")


# --- one reply out of a turn


def test_all_messages_of_a_turn_are_one_reply(secure, run):
    assert run(secure.user().say("两条")).text == "第一条。\n\n第二条。"


def test_options_are_a_numbered_list(secure, run):
    text = run(secure.user().say("选")).text

    assert text.splitlines()[:1] + text.splitlines()[2:4] == ["您想问哪个？", "1. 云总代有哪几家", "2. 怎么付款"]


def test_card_is_its_message(secure, run):
    assert run(secure.user().say("卡")).text == "订单在审核。"


def test_turn_without_words_is_acknowledged(secure, run):
    assert run(secure.user().say("静")).attempts[-1].acknowledged


def test_error_is_told_kindly_and_the_next_message_works(secure, run):
    user = secure.user()

    failed, after = run(user.say("错")), run(user.say("好"))

    assert (failed.attempts[0].status, "抱歉" in failed.text) == (200, True)
    assert after.text.startswith("答：好")


def test_markup_in_a_text_comes_back_as_text(platform, run):
    text = "a]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA[b & <c>"

    assert run(platform.user().say(text)).text.startswith(f"答：{text}")


def whole(user):
    return "".join(shown.replace("（没说完，回复「更多」看后面的内容。）", "").strip() for shown in user.shown)


def test_long_answer_is_offered_and_read_to_its_end(secure, run):
    user = secure.user()

    run(user.say("长150"))
    while "回复「更多」" in user.shown[-1]:
        run(user.say("更多"))

    assert [int(n) for n in re.findall(r"第(\d+)行", whole(user))] == list(range(150))
    assert len(user.shown) == 5
    assert run(user.say("更多")).text.startswith("答：更多")  # there is nothing left


def test_who_asks_something_new_has_moved_on(secure, run):
    user = secure.user()
    run(user.say("长100"))

    answers = [run(user.say("好")).text, run(user.say("更多")).text]

    assert [answer[:4] for answer in answers] == ["答：好（", "答：更多"]


def test_one_user_does_not_get_anothers_rest(secure, run):
    one, other = secure.user(), secure.user()
    run(one.say("长100"))

    assert run(other.say("更多")).text.startswith("答：更多")


# --- once


def turns(text, user):
    return sum(shown.count(text) for shown in user.shown)


def test_redelivery_gets_the_same_reply_and_no_second_turn(platform, run):
    fields = platform.user().message("text", Content="再来")

    first, again = run(platform.deliver(fields)), run(platform.deliver(fields))

    assert first.text == again.text != ""


def test_deliveries_at_once_are_one_turn(secure, run):
    """Two turns would take twice the time: the user's messages are answered one after the other."""
    fields = secure.user().message("text", Content=f"慢{0.7 * SCALE * 4.5}一起")

    async def together():
        return await asyncio.gather(*(secure.post(callback_of(secure.account, xml_of(fields))) for _ in range(5)))

    attempts = run(together())

    assert [attempt.status for attempt in attempts] == [200] * 5
    assert len({attempt.xml for attempt in attempts}) == 1


def test_messages_out_of_order_are_all_answered(secure, run):
    user = secure.user()
    messages = [user.message("text", Content=f"第{number}条") for number in range(6)]

    for fields in [*messages[::-1], *messages]:
        run(secure.deliver(fields))

    assert [turns(f"答：第{number}条", user) for number in range(6)] == [2] * 6  # each delivery shows its reply
    assert len(set(user.shown)) == 6


def test_same_number_of_two_users_is_answered_to_both(secure, run):
    one, other = secure.user(), secure.user()
    fields = one.message("text", Content="甲")

    run(secure.deliver(fields))
    run(secure.deliver({**fields, "FromUserName": other.openid, "Content": "乙"}))

    assert (one.shown[0][:3], other.shown[0][:3]) == ("答：甲", "答：乙")


# --- too late for a passive reply


def test_slow_answer_without_the_api_is_what_a_retry_gets(secure, run):
    user = secure.user()

    delivery = run(user.say(f"慢{7 * SCALE}想好了"))

    assert [attempt.status for attempt in delivery.attempts] == [0, 200]
    assert [shown[:5] for shown in user.shown] == ["答：想好了"]


def test_very_slow_answer_without_the_api_is_kept_for_more(secure, run):
    user = secure.user()

    delivery = run(user.say(f"慢{17 * SCALE}终于"))
    more = run(user.say("更多"))

    assert [attempt.status for attempt in delivery.attempts] == [0, 0, 200]
    assert "回复「更多」" in user.shown[0]
    assert more.text.startswith("答：终于")
    assert OUT_OF_SERVICE not in user.shown


def test_very_slow_answer_without_the_api_comes_with_the_next_message(secure, run):
    user = secure.user()

    run(user.say(f"慢{15 * SCALE}终于"))
    time.sleep(2 * SCALE)
    answer = run(user.say("另一个")).text

    assert answer.startswith("上一个问题的回答：\n答：终于")
    assert "\n\n答：另一个" in answer


def test_options_of_a_late_answer_do_not_mix_with_the_next(secure, run):
    """A number picks an option of the latest turn, so only its options may be numbered."""
    user, other = secure.user(), secure.user()

    run(user.say(f"慢{15 * SCALE}选"))
    run(other.say(f"慢{15 * SCALE}选"))
    time.sleep(2 * SCALE)
    next_answer, more = run(user.say("另一个")).text, run(other.say("更多")).text

    assert "您想问哪个？" in next_answer and "1. " not in next_answer
    assert "您想问哪个？\n\n1. 云总代有哪几家\n2. 怎么付款" in more


def test_slow_answer_with_the_api_is_pushed(verified, run):
    user = verified.user()

    delivery = run(user.say(f"慢{7 * SCALE}想好了"))

    assert [attempt.acknowledged for attempt in delivery.attempts] == [True]
    assert eventually(run, lambda: user.shown)
    assert [shown[:5] for shown in user.shown] == ["答：想好了"]


@pytest.mark.parametrize("code", [45015, 45047, 48001, 40164, 45009])
def test_slow_answer_that_cannot_be_pushed_comes_with_the_next_message(verified, run, code):
    user, refused = verified.user(), len(verified.api.calls)
    verified.api.fail(SEND, code)

    run(user.say(f"慢{6 * SCALE}想好了"))
    eventually(run, lambda: SEND in [path for path, _ in verified.api.calls[refused:]])
    time.sleep(0.5)
    run(user.say("另一个"))

    assert turns("答：想好了", user) == 1
    assert turns("答：另一个", user) == 1


def test_long_answer_with_the_api_goes_on_by_itself_and_in_order(verified, run):
    user = verified.user()

    run(user.say("长150"))
    eventually(run, lambda: len(user.shown) == 5)

    assert "更多" not in "".join(user.shown)
    assert [int(n) for n in re.findall(r"第(\d+)行", whole(user))] == list(range(150))


def test_end_of_a_very_long_answer_waits_for_the_next_message(verified, run):
    """A user's message opens five sends; what is above comes later."""
    user = verified.user()

    run(user.say("长300"))
    eventually(run, lambda: len(user.shown) == 5)
    for _ in range(3):
        time.sleep(0.3)
        run(user.say("更多"))
        eventually(run, lambda: "第299行" in user.shown[-1], within=3)

    assert [int(n) for n in re.findall(r"第(\d+)行", whole(user))] == list(range(300))


def test_options_are_pushed_to_click_on(service, run):
    user = service.user()

    delivery = run(user.say("选"))

    assert delivery.attempts[-1].acknowledged
    assert user.shown == ["您想问哪个？\n[云总代有哪几家]\n[怎么付款]"]


def test_options_that_cannot_be_pushed_are_a_numbered_list(service, run):
    user = service.user()
    service.api.fail(SEND, 48001)

    text = run(user.say("选")).text

    assert "1. 云总代有哪几家\n2. 怎么付款" in text


def test_slow_options_are_pushed_once(service, run):
    user = service.user()

    run(user.say(f"慢{6 * SCALE}选"))
    eventually(run, lambda: user.shown)
    time.sleep(0.5)

    assert user.shown == ["您想问哪个？\n[云总代有哪几家]\n[怎么付款]"]


def test_nothing_secret_and_no_words_are_in_the_log(secure, verified, run, start):
    run(secure.user().say("不进日志的话"))
    run(secure.post(Callback({"signature": "x"}, b"x")))

    logs = "".join(path.read_text(encoding="utf-8") for path in start.logs())

    assert "callback refused" in logs
    for account in (secure.account, verified.account):
        for secret in (account.token, account.aes_key, account.secret):
            assert secret not in logs
    assert "不进日志的话" not in logs
    assert "Traceback" not in logs
