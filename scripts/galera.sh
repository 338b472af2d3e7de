#!/usr/bin/env bash
# Tries the engine on a Galera cluster of three nodes, which this starts (Debian, root): the specs that need one, and then chaos.
#   npm run galera -- --seconds 60 --seed 7
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
eval "$(scripts/services/start-galera.sh start >/dev/null && scripts/services/start-galera.sh env)"
npm test -- libs/typeorm/test/galera.spec.ts test/engine/across-nodes.e2e-spec.ts
# the nodes are killed there, so it has a cluster of its own
npm run chaos -- --db galera "$@"
