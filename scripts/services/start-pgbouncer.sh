#!/usr/bin/env bash
# Starts Debian's PgBouncer in transaction mode for tests, in front of a PostgreSQL that runs. Any database of that server can be asked for.
#   start-pgbouncer.sh [start|stop|status|url|env]   (default: start; idempotent)
# Settings: POSTGRES_URL (the server; default the one of start-postgres.sh), PGBOUNCER_PORT (56432), PGBOUNCER_POOL (server connections for
#           each database, 4), SERVICES_DIR
NAME=pgbouncer
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PORT=${PGBOUNCER_PORT:-56432}
STATE=$BASE/pgbouncer-$PORT PID_FILE=$STATE/pgbouncer.pid LOG=$STATE/pgbouncer.log
SERVER=${POSTGRES_URL:-$("$(dirname "${BASH_SOURCE[0]}")/start-postgres.sh" url)}

env_name() { echo PGBOUNCER_URL; }
url() { node -e 'const u = new URL(process.argv[1]); u.host = `127.0.0.1:${process.argv[2]}`; console.log(u.href)' "$SERVER" "$PORT"; }
program() { command -v pgbouncer || command -v /usr/sbin/pgbouncer; }
version() { "$(program)" --version | head -n1; }
server_pid() { if [ -s "$PID_FILE" ]; then cat "$PID_FILE"; fi; }
is_ready() { grep -q 'listening on 127.0.0.1' "$LOG" 2>/dev/null; }

start_server() {
  # the package would start a service of its own where an init system runs; ours has its own port and no socket
  program >/dev/null || install_packages pgbouncer
  mkdir -p "$STATE"
  rm -f "$PID_FILE"
  : >"$LOG"
  local target user=()
  target=$(node -e 'const u = new URL(process.argv[1]), d = decodeURIComponent;
    console.log(`host=${u.hostname} port=${u.port || 5432} user=${d(u.username)} password=${d(u.password)}`)' "$SERVER")
  cat >"$STATE/pgbouncer.ini" <<INI
[databases]
* = $target
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $PORT
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${PGBOUNCER_POOL:-4}
max_client_conn = 200
pidfile = $PID_FILE
logfile = $LOG
INI
  # it refuses to run as root
  if is_root; then
    chown -R nobody "$STATE"
    user=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
  fi
  "${user[@]}" setsid "$(program)" --quiet "$STATE/pgbouncer.ini" </dev/null >>"$LOG" 2>&1 9>&- &
  wait_ready $! is_ready
}

service_main "$@"
