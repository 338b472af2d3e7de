#!/usr/bin/env bash
# Starts a MariaDB of the host's Debian for tests.
#   start-mariadb.sh [start|stop|status|url|env]    (default: start; idempotent)
# Settings: MARIADB_PORT (53307), MARIADB_DB (romancy), SERVICES_DIR, FAST (1 = relaxed durability),
#           MARIADB_ARGS (further server arguments)
NAME=mariadb
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PORT=${MARIADB_PORT:-53307} DB=${MARIADB_DB:-romancy}
STATE=$BASE/mariadb-$PORT PID_FILE=$STATE/mariadbd.pid LOG=$STATE/mariadbd.log

env_name() { echo MARIADB_URL; }
url() { echo "mariadb://root:root@127.0.0.1:$PORT/$DB"; }
version() { mariadbd --version | sed 's/.*Ver //'; }
server_pid() { if [ -s "$PID_FILE" ]; then cat "$PID_FILE"; fi; }
is_ready() { grep -q 'ready for connections' "$LOG" 2>/dev/null; }

start_server() {
  # the package would start a service of its own where an init system runs; ours has its own port and data
  command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null || install_packages mariadb-server
  mkdir -p "$STATE"
  rm -f "$PID_FILE" "$STATE/mariadbd.sock"
  : >"$LOG"
  local user=() fast=()
  ! is_root || user=(--user=mysql)
  [ "$FAST" != 1 ] || fast=(--innodb-flush-log-at-trx-commit=0)
  mariadb_data "$STATE" "${user[@]}"
  ! is_root || chown -R mysql "$STATE"
  # shellcheck disable=SC2086
  setsid mariadbd --no-defaults "${user[@]}" --datadir="$STATE/data" --port="$PORT" --bind-address=127.0.0.1 \
    --socket="$STATE/mariadbd.sock" --pid-file="$PID_FILE" --log-error="$LOG" --init-file="$STATE/init.sql" \
    --character-set-server=utf8mb4 --max-connections=200 "${fast[@]}" ${MARIADB_ARGS:-} </dev/null >>"$LOG" 2>&1 9>&- &
  wait_ready $! is_ready
}

service_main "$@"
