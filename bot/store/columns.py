"""The Chinese column names of partner and order files, and of ``csp orders set``."""

from __future__ import annotations

from bot.rules.steps import Document

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

DOCUMENT_NAMES = {Document.SERVICE_AGREEMENT: "服务协议", Document.PURCHASE_ORDER: "采购订单"}
"""What a single paper of an order is called in column names."""
DOCUMENT_COLUMNS = {
    f"{kind.value}.{field}": name + suffix
    for kind, name in DOCUMENT_NAMES.items()
    for field, suffix in {
        "scan_received": "扫描件收到日期",
        "checked": "审核通过日期",
        "problem": "问题",
        "original_sent": "原件寄出日期",
        "original_received": "原件签收日期",
    }.items()
}
"""Kind and field of :class:`bot.rules.documents.OrderDocument`, with a dot between them, to column; files have none of them."""

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
