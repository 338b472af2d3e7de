/**
 * The peer of this framework: one command per process, as every framework of the family offers them, so that any two can be driven on one
 * database. It uses the built packages (`npm ci && npm run build`):
 *
 *   DATABASE_URL=sqlite:////tmp/shared.db node test/interop/peer.mjs subscribe --channel news --mode broadcast
 */
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

process.env.SWC_NODE_PROJECT = fileURLToPath(new URL('tsconfig.json', import.meta.url));
// found from here, whatever directory it is run in
register('@swc-node/register/esm', import.meta.url);
await import('./peer/main.ts');
