#!/usr/bin/env bash
# All tests on all databases: starts PostgreSQL, MariaDB and MySQL (installing what is missing), builds, runs jest with
# the packages test included. The last line says how many passed and failed. Arguments go to jest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
addresses=$(scripts/services/up.sh)
printf '%s\n' "$addresses" | sed 's/^export //'
eval "$addresses"
scripts/services/install-chromium.sh
npm run --silent build
TEST_ALL=1 exec node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js --maxWorkers=100% "$@"
