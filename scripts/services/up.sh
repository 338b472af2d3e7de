#!/usr/bin/env bash
# Starts the three database servers of the tests (idempotent) and prints their addresses, for: eval "$(scripts/services/up.sh)"
# A server whose variable (POSTGRES_URL, MYSQL_URL, MARIADB_URL) is set already is taken as it is and not started.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export FAST=${FAST:-1}
for service in postgres mariadb mysql; do
  variable=${service^^}_URL
  if [ -z "${!variable:-}" ]; then "$here/start-$service.sh" start >/dev/null; fi
done
for service in postgres mariadb mysql; do
  variable=${service^^}_URL
  if [ -n "${!variable:-}" ]; then echo "export $variable=${!variable}"; else "$here/start-$service.sh" env; fi
done
