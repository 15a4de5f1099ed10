"""Talks with the adviser in which the conversation decides what a message means."""

from __future__ import annotations


def test_the_result_can_be_asked_about(talk):
    talk("国内100人，国外没有，没人出差，境外没人用，没有国外公司")

    for asked in ("再说一遍结果", "结论是啥", "刚才的结果再说一遍", "为什么", "为啥不是全球版"):
        assert "建议选 21V 版" in talk(asked).text, asked


def test_which_one_is_about_the_data_centre_and_not_about_a_distributor(talk):
    for said in ("帮我选机房", "国内六成", "很少", "没有"):
        talk(said)

    reply = talk("你就直接说选哪个").text

    assert "两条规则都没有直接给出答案" in reply and "佳杰" not in reply


def test_same_domain_as_the_head_office_is_checked_with_the_adviser(talk):
    talk("德国总部买了365，用同一个域名")

    assert "21V 和其他数据中心都不行" in talk("那就是不能买21v").text


def test_how_to_order_in_cantonese_waits_for_the_version(talk):
    talk("國內三成國外七成")

    assert "先把版本定下来" in talk("咁點樣落單").text


def test_other_questions_in_between_are_answered_as_ever(talk):
    talk("国内80国外20")

    assert "年付" in talk("能月付吗").text
    assert "佳杰" in talk("有几家云总代").text
    assert "骑缝章" in talk("服务协议盖什么章").text
