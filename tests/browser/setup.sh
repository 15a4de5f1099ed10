#!/bin/bash
# Chromium, a Chinese font, and axe-core for the browser tests; does nothing when they are there.
set -euo pipefail
cd "$(dirname "$0")/../.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=()
[ -x "${CSP_CHROMIUM:-/usr/bin/chromium}" ] || missing+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk)
command -v npm >/dev/null || missing+=(npm)
if [ ${#missing[@]} -gt 0 ]; then
  echo "安装浏览器测试所需：${missing[*]}……"
  as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

[ -f .cache/axe/node_modules/axe-core/axe.min.js ] ||
  npm install --silent --no-fund --no-audit --prefix .cache/axe axe-core@4
