#!/usr/bin/env bash
# Runs a command in network, mount and IPC namespaces of its own: nothing it does to devices, packet filters or mounts is
# seen outside. Inside, the host has one address, 192.0.2.10, and a default route that leads nowhere.
set -euo pipefail
if [ "${1:-}" != --inside ]; then
  exec unshare --net --mount --ipc --propagation private "$0" --inside "$@"
fi
shift
ip link set lo up
ip link add uplink0 type bridge
ip address add 192.0.2.10/24 dev uplink0
ip link set uplink0 up
ip route add default via 192.0.2.1 dev uplink0
mount -t tmpfs tmpfs /run -o mode=755
mkdir -p /run/netns /run/lock
exec "$@"
