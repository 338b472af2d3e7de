#!/usr/bin/env bash
# Starts a real MySQL (8.0 or newer; Debian sid ships 9.x) for tests, beside whatever the host has.
#   start-mysql.sh [start|stop|status|url|env]      (default: start; idempotent)
# Settings: MYSQL_PORT (53306), MYSQL_DB (romancy), SERVICES_DIR, FAST (1 = relaxed durability), MYSQL_ARGS
# Debian stable has no MySQL. An isolated apt (own lists, own EMPTY dpkg status, so that every library comes from sid as
# well) downloads mysql-server-core with its whole library closure, dpkg -x unpacks it in a folder, and the server runs
# through that folder's own dynamic loader. Nothing of the host's packages is touched; no chroot, no container.
NAME=mysql
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PORT=${MYSQL_PORT:-53306} DB=${MYSQL_DB:-romancy}
ROOT=$BASE/mysql-root STATE=$BASE/mysql-$PORT
PID_FILE=$STATE/mysqld.pid LOG=$STATE/mysqld.log
SERVER_USER=nobody
! id mysql >/dev/null 2>&1 || SERVER_USER=mysql

env_name() { echo MYSQL_URL; }
url() { echo "mysql://root:root@127.0.0.1:$PORT/$DB"; }
version() { "${SERVER[@]}" --version | sed 's/.*Ver //'; }
server_pid() { if [ -s "$PID_FILE" ]; then cat "$PID_FILE"; fi; }
is_ready() { grep -q "ready for connections.*port: $PORT" "$LOG" 2>/dev/null; }

# the mirror that this host's own apt uses, so that a configured mirror or proxy is honoured
host_mirror() {
  apt-get indextargets --format '$(REPO_URI)|$(LABEL)' 'Created-By: Packages' 2>/dev/null |
    awk -F'|' '$2 == "Debian" && !found { found = $1 } END { print found }'
}

fetch_binaries() {
  [ ! -f "$ROOT/.complete" ] || return 0
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || die "needs a Debian host: set MYSQL_URL to a running server instead"
  local apt=$BASE/mysql-apt mirror key=/usr/share/keyrings/debian-archive-keyring.gpg try deb
  mirror=$(host_mirror)
  if [ -z "$mirror" ] && is_root; then locked apt apt-get -qq update >&2; mirror=$(host_mirror); fi
  [ -n "$mirror" ] || die "no Debian mirror is configured in this host's apt (or run 'apt-get update' as root first)"
  rm -rf "$ROOT" "$apt"
  mkdir -p "$ROOT" "$apt"/{etc/apt.conf.d,etc/preferences.d,lists/partial,cache/archives/partial,dpkg}
  : >"$apt/dpkg/status"
  echo "deb [signed-by=$key] $mirror sid main" >"$apt/etc/sources.list"
  # an index that is past its date comes from a frozen mirror; it is signed all the same
  cat >"$apt/apt.conf" <<CONF
Dir::Etc "$apt/etc"; Dir::Etc::sourcelist "$apt/etc/sources.list"; Dir::Etc::sourceparts "-";
Dir::State::lists "$apt/lists"; Dir::State::status "$apt/dpkg/status"; Dir::Cache "$apt/cache";
APT::Architectures { "$(dpkg --print-architecture)"; }; Acquire::Languages "none"; APT::Install-Recommends "false";
Acquire::Check-Valid-Until "false"; Acquire::Retries "3"; APT::Sandbox::User "root"; Debug::NoLocking "true";
CONF
  say "downloading from Debian sid"
  for try in 1 2 3; do
    # a retry re-reads the index: sid moves, and a package named by an old index may be gone
    apt-get -c "$apt/apt.conf" -qq update >&2 &&
      apt-get -c "$apt/apt.conf" -qq -y --download-only install mysql-server-core >&2 && break
    [ "$try" != 3 ] || die "could not be downloaded"
    sleep 2
  done
  for deb in "$apt"/cache/archives/*.deb; do
    case ${deb##*/} in perl* | libperl*) continue ;; esac
    dpkg -x "$deb" "$ROOT"
  done
  rm -rf "$apt"
  touch "$ROOT/.complete"
}

# the server's command line up to the settings of one run, in SERVER
find_server() {
  local libraries candidate loader=""
  libraries=$ROOT/usr/lib/$(uname -m)-linux-gnu
  for candidate in "$ROOT"/usr/lib64/ld-linux-*.so.* "$ROOT"/lib64/ld-linux-*.so.* "$libraries"/ld-linux-*.so.*; do
    if [ -e "$candidate" ]; then loader=$candidate; break; fi
  done
  [ -n "$loader" ] || die "the unpacked packages hold no dynamic loader"
  SERVER=("$loader" --library-path "$libraries" "$ROOT/usr/sbin/mysqld" --no-defaults --basedir="$ROOT/usr"
    --lc-messages-dir="$ROOT/usr/share/mysql" --character-sets-dir="$ROOT/usr/share/mysql/charsets"
    --plugin-dir="$ROOT/usr/lib/mysql/plugin" --secure-file-priv=NULL --datadir="$STATE/data")
  ! is_root || SERVER+=(--user="$SERVER_USER")
}

start_server() {
  fetch_binaries
  find_server
  mkdir -p "$STATE"
  rm -f "$PID_FILE" "$STATE/mysqld.sock" "$STATE/mysqld.sock.lock"
  : >"$LOG"
  if [ ! -f "$STATE/.initialised" ]; then
    rm -rf "$STATE/data"
    mkdir -p "$STATE/data"
    ! is_root || chown -R "$SERVER_USER" "$STATE"
    "${SERVER[@]}" --initialize-insecure --log-error="$LOG" || { tail -n 30 "$LOG" >&2; exit 1; }
    touch "$STATE/.initialised"
  fi
  # root over TCP with a password: caching_sha2_password, the server's default, which mysql2 speaks
  cat >"$STATE/init.sql" <<SQL
CREATE DATABASE IF NOT EXISTS \`$DB\` CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
ALTER USER 'root'@'localhost' IDENTIFIED BY 'root';
CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY 'root';
GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
SQL
  ! is_root || chown -R "$SERVER_USER" "$STATE"
  local fast=()
  [ "$FAST" != 1 ] || fast=(--innodb-flush-log-at-trx-commit=0 --sync-binlog=0 --skip-log-bin)
  # shellcheck disable=SC2086
  setsid "${SERVER[@]}" --port="$PORT" --bind-address=127.0.0.1 --socket="$STATE/mysqld.sock" --pid-file="$PID_FILE" \
    --log-error="$LOG" --init-file="$STATE/init.sql" --mysqlx=OFF --innodb-buffer-pool-size=128M --max-connections=200 \
    "${fast[@]}" ${MYSQL_ARGS:-} </dev/null >>"$LOG" 2>&1 9>&- &
  wait_ready $! is_ready
}

service_main "$@"
