#!/usr/bin/env bash
# Sends a request every 20 ms from another network namespace to the Service of hello.yaml while its Deployment rolls to a new
# template and back, and prints {"sent":n,"failed":m}. Needs root and the running example.
set -euo pipefail

shiplog=$(cd "$(dirname "$0")/.." && pwd)/shiplog
requests_min=1000
work=$(mktemp -d)

cleanup() {
  touch "$work/stop"
  kill "$holder" 2>/dev/null || true
  wait 2>/dev/null || true
  ip link delete rollcheck0 2>/dev/null || true
  rm -rf "$work"
}

# A namespace that lives as long as a process. `ip netns` would mount /run/netns over itself, and on a host whose /run is
# not shared the pods that are there already could then not be taken down.
unshare --net sleep infinity &
holder=$!
trap cleanup EXIT
inside() { nsenter --target "$holder" --net "$@"; }
until [ "$(readlink "/proc/$holder/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do
  kill -0 "$holder"
  read -r -t 0.05 <> <(:) || true
done

# 198.18.0.0/15 is set aside for benchmarks of network devices (RFC 2544).
ip link add rollcheck0 type veth peer name eth0 netns "$holder"
ip addr add 198.18.255.1/30 dev rollcheck0
ip link set rollcheck0 up
inside ip addr add 198.18.255.2/30 dev eth0
inside ip link set lo up
inside ip link set eth0 up
inside ip route add default via 198.18.255.1

cat >"$work/client.sh" <<'CLIENT'
work=$1 address=$2 port=$3
sent=0 failed=0
exec {never}<> <(:)
while [ ! -e "$work/stop" ]; do
  begin=${EPOCHREALTIME/[.,]/}
  answer=
  if { exec {socket}<>"/dev/tcp/$address/$port"; } 2>>"$work/errors"; then
    printf 'GET /cgi-bin/host HTTP/1.0\r\nHost: hello\r\n\r\n' >&"$socket" 2>>"$work/errors" || true
    IFS= read -r -t 2 answer <&"$socket" || true
    cat <&"$socket" >/dev/null 2>&1 || true
    exec {socket}>&-
  fi
  sent=$((sent + 1))
  case $answer in
    'HTTP/1.'?' 200'*) ;;
    *)
      failed=$((failed + 1))
      printf '%s request %d: %s\n' "$(date +%T.%N)" "$sent" "${answer:-no answer}" >>"$work/errors"
      ;;
  esac
  printf '{"sent":%d,"failed":%d}\n' "$sent" "$failed" >"$work/counts.new"
  mv "$work/counts.new" "$work/counts"
  spent=$((${EPOCHREALTIME/[.,]/} - begin))
  if [ "$spent" -lt 20000 ]; then
    read -r -t "0.0$(printf '%05d' $((20000 - spent)))" <&"$never" || true
  fi
done
CLIENT

sent() { sed -n 's/.*"sent":\([0-9]*\).*/\1/p' "$work/counts" 2>/dev/null || echo 0; }

address=$("$shiplog" kubectl get service hello -o 'jsonpath={.spec.clusterIP}')
inside bash "$work/client.sh" "$work" "$address" 80 &
client=$!

"$shiplog" kubectl set env deployment/hello "ROLLED_AT=$(date +%s)" >&2
"$shiplog" kubectl rollout status deployment/hello --timeout=120s >&2
"$shiplog" kubectl rollout undo deployment/hello >&2
"$shiplog" kubectl rollout status deployment/hello --timeout=120s >&2
while [ "$(sent)" -lt "$requests_min" ]; do
  kill -0 "$client"
  read -r -t 0.1 <> <(:) || true
done
touch "$work/stop"
wait "$client" || true
head -n 5 "$work/errors" >&2 2>/dev/null || true
cat "$work/counts"
grep -q '"failed":0}' "$work/counts"
