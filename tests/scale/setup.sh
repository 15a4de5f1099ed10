#!/bin/bash
# nginx for tests/scale/test_topology.py; does nothing when it is there.
set -euo pipefail

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

if ! command -v nginx >/dev/null && ! [ -x /usr/sbin/nginx ]; then
  echo "安装测试所需：nginx……"
  as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends nginx-light >/dev/null
fi
