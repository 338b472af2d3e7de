#!/usr/bin/env bash
# Starts a Galera cluster of three MariaDB nodes of the host's Debian for tests, every node with ports of its own on 127.0.0.1.
#   start-galera.sh [start|stop|status|url|env]     (default: start; idempotent: nodes that are down join the others again)
#   start-galera.sh kill <node>                     SIGKILL for node 1, 2 or 3
# Settings: GALERA_PORT (23310: nodes listen on the three ports behind it, and talk to each other on those 10, 20 and 30 further; below
#           those that the system gives to clients, because nodes come and go here while others make connections),
#           GALERA_DB (romancy), SERVICES_DIR, FAST (1 = relaxed durability), GALERA_ARGS (further server arguments)
# url prints the addresses of the nodes, separated by commas.
NAME=galera
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PORT=${GALERA_PORT:-23310} DB=${GALERA_DB:-romancy}
STATE=$BASE/galera-$PORT NODES=(1 2 3)
PROVIDER=/usr/lib/galera/libgalera_smm.so
# a node that comes back copies what it has missed from another one
START_LIMIT=120

env_name() { echo GALERA_URLS; }
node_url() { echo "mariadb://root:root@127.0.0.1:$((PORT + $1))/$DB"; }
url() { echo "$(node_url 1),$(node_url 2),$(node_url 3)"; }
version() { mariadbd --version | sed 's/.*Ver //'; }
group_port() { echo $((PORT + 10 + $1)); }
# written at the launch: the server's own file comes when it has joined, and one that waits for the others must be stopped, too
pid_of() { if [ -s "$STATE/node$1/pid" ]; then cat "$STATE/node$1/pid"; fi; }
lives() { local pid; pid=$(pid_of "$1") && [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; }

# the functions of lib.sh look at the node that is being started or stopped
NODE=1
server_pid() { pid_of "$NODE"; }
is_ready() { grep -q 'Synchronized with group, ready for connections' "$LOG" 2>/dev/null && grep -q 'socket: ' "$LOG"; }

start_node() {
  NODE=$1 LOG=$STATE/node$1/mariadbd.log
  local home=$STATE/node$1 user=() fast=() bootstrap=() peers="" node
  ! is_root || user=(--user=mysql)
  [ "$FAST" != 1 ] || fast=(--innodb-flush-log-at-trx-commit=0)
  mkdir -p "$home"
  rm -f "$home/pid" "$home/mariadbd.sock"
  : >"$LOG"
  mariadb_data "$home" "${user[@]}"
  for node in "${NODES[@]}"; do peers+=${peers:+,}127.0.0.1:$(group_port "$node"); done
  if ! lives 1 && ! lives 2 && ! lives 3; then
    # nobody is there to ask; the first node is stopped last, so its data is the newest
    bootstrap=(--wsrep-new-cluster --init-file="$home/init.sql")
    if [ -f "$home/data/grastate.dat" ]; then sed -i 's/^safe_to_bootstrap:.*/safe_to_bootstrap: 1/' "$home/data/grastate.dat"; fi
  fi
  ! is_root || chown -R mysql "$STATE"
  local group options
  group=$(group_port "$1")
  options="gmcast.listen_addr=tcp://127.0.0.1:$group;base_host=127.0.0.1;base_port=$group;ist.recv_addr=127.0.0.1:$((group + 10));gcache.size=64M"
  # shellcheck disable=SC2086
  setsid mariadbd --no-defaults "${user[@]}" --datadir="$home/data" --port="$((PORT + $1))" --bind-address=127.0.0.1 \
    --socket="$home/mariadbd.sock" --pid-file="$home/mariadbd.pid" --log-error="$LOG" --character-set-server=utf8mb4 \
    --max-connections=200 --innodb-buffer-pool-size=64M --binlog-format=ROW --innodb-autoinc-lock-mode=2 --wsrep-on=ON --wsrep-provider="$PROVIDER" \
    --wsrep-cluster-name="romancy-$PORT" --wsrep-cluster-address="gcomm://$peers" --wsrep-node-name="node$1" \
    --wsrep-node-address="127.0.0.1:$group" --wsrep-sst-receive-address="127.0.0.1:$((group + 20))" --wsrep-sst-method=rsync \
    --wsrep-provider-options="$options" "${bootstrap[@]}" "${fast[@]}" ${GALERA_ARGS:-} </dev/null >>"$LOG" 2>&1 9>&- &
  echo $! >"$home/pid"
  wait_ready $! is_ready
}

start_all() {
  command -v mariadbd >/dev/null && [ -f "$PROVIDER" ] && command -v rsync >/dev/null || install_packages mariadb-server galera-4 rsync
  local node
  for node in "${NODES[@]}"; do
    if lives "$node"; then say "node $node already running (pid $(pid_of "$node"))"; continue; fi
    start_node "$node"
    say "started node $node, $(version), on port $((PORT + node))"
  done
}

kill_node() {
  local pid
  pid=$(pid_of "$1")
  kill -KILL "$pid"
  # it is there until the system has taken it down, and must not be taken for one that runs
  while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
}

stop_all() {
  for NODE in 3 2 1; do stop; done
}

case ${1:-start} in
  start) locked "$NAME" start_all; url ;;
  stop) locked "$NAME" stop_all ;;
  kill) kill_node "${2:?node 1, 2 or 3}" ;;
  url) url ;;
  env) echo "export $(env_name)=$(url)" ;;
  status) for NODE in "${NODES[@]}"; do if alive; then echo "node $NODE running (pid $(server_pid))"; else echo "node $NODE stopped"; fi; done ;;
  *) echo "usage: $0 [start|stop|status|url|env|kill <node>]" >&2; exit 64 ;;
esac
