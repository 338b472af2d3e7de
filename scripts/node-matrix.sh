#!/usr/bin/env bash
# Runs the jest suite on other Node versions: node-matrix.sh [version...]   (default: 24 26)
# Node comes from the npm package `node`. better-sqlite3 12 is compiled for the installing Node only, so a copy of the
# project gets better-sqlite3 13, which carries prebuilt binaries for Node 22 and newer; the other native packages use
# Node-API and run as they are. What differs between versions of Node is not how SQL is understood: SQLite on each of
# them, PostgreSQL (when POSTGRES_URL is set) on the last one, and without the longest specs (jest.config.js).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d "${TMPDIR:-/tmp}/romancy-node-matrix.XXXXXX")
trap 'rm -rf "$work"' EXIT
unset MYSQL_URL MARIADB_URL
postgres=${POSTGRES_URL:-}
unset POSTGRES_URL
export NODE_MATRIX_RUN=1
# Processes that tests start from sources do so with a loader whose way of registering Node 26 warns about.
export NODE_OPTIONS=--disable-warning=DEP0205
driver=13.2.0

mkdir "$work/project" "$work/driver"
tar cf - --exclude=./.git . | tar xf - -C "$work/project"
(cd "$work/driver" && npm pack --silent "better-sqlite3@$driver" >/dev/null && tar xzf ./*.tgz)
rm -rf "$work/project/node_modules/better-sqlite3"
mv "$work/driver/package" "$work/project/node_modules/better-sqlite3"

report=$work/report
status=0
[ $# -gt 0 ] || set -- 24 26
for version in "$@"; do
  if [ "$version" = "${*: -1}" ] && [ -n "$postgres" ]; then export POSTGRES_URL=$postgres; fi
  npm install --silent --no-save --prefix "$work/node-$version" "node@$version" >/dev/null
  node=$work/node-$version/node_modules/node/bin
  echo "Node $("$node/node" --version)"
  (
    cd "$work/project"
    PATH=$node:$PATH TEST_REPORT=$report node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js --maxWorkers=100%
  ) || status=1
done
if [ -n "${TEST_REPORT:-}" ]; then cat "$report" >>"$TEST_REPORT"; fi
node scripts/closing-line.mjs "$report" || status=1
exit "$status"
