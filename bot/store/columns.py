"""The Chinese column names of partner and order files, and of ``csp orders set``."""

from __future__ import annotations

PARTNER_COLUMNS = {
    "number": "代理商编号",
    "name": "代理商名称",
    "distributor": "云总代",
    "agreement_number": "合作协议编号",
    "agreement_signed": "协议签署日期",
    "agreement_original_received": "协议原件签收日期",
}
"""Field of :class:`bot.store.records.Partner` to column, in the order of the file."""

ORDER_COLUMNS = {
    "number": "订单号",
    "partner": "代理商编号",
    "distributor": "云总代",
    "customer": "客户名称",
    "product": "产品",
    "quantity": "数量",
    "years": "年限",
    "created": "下单日期",
    "sealed": "服务协议盖章日期",
    "submitted": "采购订单提交日期",
    "checked": "材料审核通过日期",
    "problem": "材料问题",
    "asked_to_pay": "付款通知日期",
    "money_arrived": "到账日期",
    "provisioned": "开通日期",
    "originals_received": "原件签收日期",
    "remark": "备注",
}
"""Field of :class:`bot.store.records.Order` to column, in the order of the file."""

MAX_CHARS = {
    "name": 100,
    "distributor": 50,
    "agreement_number": 50,
    "customer": 100,
    "product": 100,
    "problem": 500,
    "remark": 500,
}
"""Characters that a text may have."""
MAX_QUANTITY = 1_000_000
MAX_YEARS = 10
