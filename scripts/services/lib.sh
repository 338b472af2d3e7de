# Shared by the start-*.sh scripts beside it (sourced, not run). A script sets NAME, PORT, STATE and LOG, defines
# start_server, server_pid, version, url and env_name, and ends with: service_main "$@"
# Everything lives under SERVICES_DIR (default ${TMPDIR:-/tmp}/romancy-services); nothing of the host is changed
# except for Debian packages that are missing.
set -euo pipefail
BASE=${SERVICES_DIR:-${TMPDIR:-/tmp}/romancy-services}
FAST=${FAST:-1} # 1 = durability relaxed, for functional tests; 0 = the server's own defaults, for measurements
umask 022

say() { printf '%s\n' "$NAME: $*" >&2; }
die() { say "$*"; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }
alive() { local pid; pid=$(server_pid) && [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; }

# Runs a command while no other start of the same service runs. The lock is not inherited by servers (9>&- below).
locked() {
  mkdir -p "$BASE"
  (flock 9; "${@:2}" ) 9>"$BASE/.lock-$1"
}

install_now() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update >&2 9>&-
  apt-get -qq -y --no-install-recommends install "$@" >/dev/null 9>&-
}

# install_packages <package>...: with root and apt; otherwise says what is missing.
install_packages() {
  command -v apt-get >/dev/null || die "not installed, and there is no apt-get: install $* yourself, or set $(env_name) to a running server"
  is_root || die "not installed: run 'sudo apt-get install $*', or set $(env_name) to a running server"
  say "installing $*"
  locked apt install_now "$@"
}

# mariadb_data <home> [option of the server]...: makes the data of a MariaDB, once, and what it is told at its start.
mariadb_data() {
  local home=$1
  shift
  if [ ! -f "$home/.initialised" ]; then
    rm -rf "$home/data"
    mkdir -p "$home/data"
    ! is_root || chown -R mysql "$STATE"
    mariadb-install-db --no-defaults "$@" --datadir="$home/data" --skip-test-db \
      --auth-root-authentication-method=normal >>"$LOG" 2>&1 || { tail -n 30 "$LOG" >&2; exit 1; }
    touch "$home/.initialised"
  fi
  cat >"$home/init.sql" <<SQL
CREATE DATABASE IF NOT EXISTS \`$DB\` CHARACTER SET utf8mb4;
ALTER USER 'root'@'localhost' IDENTIFIED BY 'root';
CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY 'root';
GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
SQL
}

# wait_ready <pid of the launcher or empty> <test>...: half a minute (START_LIMIT), or until the launcher has died.
wait_ready() {
  local launcher=$1 i
  shift
  for i in $(seq 1 $((${START_LIMIT:-30} * 10))); do
    if "$@" && alive; then return 0; fi
    if [ -n "$launcher" ] && ! kill -0 "$launcher" 2>/dev/null; then break; fi
    sleep 0.1
  done
  say "did not start; the end of $LOG:"
  tail -n 40 "$LOG" >&2
  exit 1
}

start() {
  if alive; then say "already running (pid $(server_pid))"; return 0; fi
  start_server
  say "started $(version) on port $PORT"
}

stop() {
  alive || { say "not running"; return 0; }
  local pid i
  pid=$(server_pid)
  kill -"${STOP_SIGNAL:-TERM}" "$pid"
  for i in $(seq 1 150); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.2; done
  kill -KILL "$pid"
}

service_main() {
  case ${1:-start} in
    start) locked "$NAME" start; url ;;
    stop) locked "$NAME" stop ;;
    url) url ;;
    env) echo "export $(env_name)=$(url)" ;;
    status) if alive; then echo "running (pid $(server_pid))"; else echo stopped; exit 3; fi ;;
    *) echo "usage: $0 [start|stop|status|url|env]" >&2; exit 64 ;;
  esac
}
