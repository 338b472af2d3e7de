#!/usr/bin/env bash
# Stops the servers that up.sh started. Their data stays; remove SERVICES_DIR to begin anew.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for service in postgres mariadb mysql galera; do "$here/start-$service.sh" stop; done
