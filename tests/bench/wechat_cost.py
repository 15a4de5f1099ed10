"""``python -m tests.bench.wechat_cost``: what a turn costs on WeChat (decrypted, answered, encrypted) above the same on REST.

Starts its own server on a free port with a database of its own. The two ways take turns, so that whatever else the machine
does falls on both; the client's own encryption is not in the figures.
"""

from __future__ import annotations

import http.client
import json
import statistics
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from tests.bench.own_server import own_server
from tests.wechat.platform import Account, callback_of, fields_of, xml_of
from tests.wechat.sealing import decrypt

QUESTIONS = ("云总代有哪几家", "服务协议盖公章行不行", "货款到账后几天开通", "怎么选数据中心")
PAIRS = 300
_WARM = 20


@dataclass(frozen=True)
class Cost:
    """Milliseconds of a turn, medians; ``above`` is the median of the differences within pairs."""

    rest: float
    wechat: float
    above: float


def _rest(connection: http.client.HTTPConnection, sender: str, text: str) -> tuple[float, str]:
    body = json.dumps({"sender": sender, "message": text}).encode()
    started = time.perf_counter()
    connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    content = connection.getresponse().read()
    ms = (time.perf_counter() - started) * 1000
    return ms, json.loads(content)[0]["text"]


def _wechat(connection: http.client.HTTPConnection, account: Account, sender: str, text: str) -> tuple[float, str]:
    message = {
        "ToUserName": account.original_id,
        "FromUserName": sender,
        "CreateTime": int(time.time()),
        "MsgType": "text",
        "Content": text,
        "MsgId": time.time_ns(),
    }
    callback = callback_of(account, xml_of(message))
    path = "/webhooks/wechat/callback?" + urlencode(callback.query)
    started = time.perf_counter()
    connection.request("POST", path, callback.body, {"Content-Type": "text/xml"})
    content = connection.getresponse().read()
    ms = (time.perf_counter() - started) * 1000
    return ms, fields_of(decrypt(fields_of(content.decode())["Encrypt"], account.aes_key)[0])["Content"]


def measure(url: str, account: Account, pairs: int = PAIRS) -> Cost:
    """Ask the same of both channels, each pair in new conversations.

    Raises:
        AssertionError: the two did not answer the same.
    """
    place = urlsplit(url)
    connections = [http.client.HTTPConnection(place.hostname or "", place.port, timeout=60) for _ in range(2)]
    times: list[tuple[float, float]] = []
    for number in range(pairs + _WARM):
        text, sender = QUESTIONS[number % len(QUESTIONS)], "o" + uuid.uuid4().hex[:27]
        if number % 2:
            rest, wechat = _rest(connections[0], sender, text), _wechat(connections[1], account, sender, text)
        else:
            wechat, rest = _wechat(connections[1], account, sender, text), _rest(connections[0], sender, text)
        assert wechat[1].startswith(rest[1].replace("**", "").split("\n")[0]), (rest[1], wechat[1])
        times.append((rest[0], wechat[0]))
    del times[:_WARM]
    for connection in connections:
        connection.close()
    return Cost(
        statistics.median(rest for rest, _ in times),
        statistics.median(wechat for _, wechat in times),
        statistics.median(wechat - rest for rest, wechat in times),
    )


def main() -> None:
    """Measure and print."""
    account = Account()
    settings = {
        "CSP_WECHAT_APP_ID": account.app_id,
        "CSP_WECHAT_TOKEN": account.token,
        "CSP_WECHAT_AES_KEY": account.aes_key,
    }
    with own_server(**settings) as server:
        cost = measure(server.url, account)
    print(
        f"{PAIRS} turns each, medians: REST {cost.rest:.1f} ms, WeChat {cost.wechat:.1f} ms; "
        f"within pairs {cost.above:+.2f} ms"
    )


if __name__ == "__main__":
    main()
