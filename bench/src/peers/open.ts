import type { Peer, PeerSetup } from '../peer.js';

/** Systems that npm or PyPI carries; each is a module of its own, loaded only when it is asked for. */
export const FOREIGN_PEERS = [
  'dbos',
  'openworkflow',
  'absurd',
  'pg-boss',
  'graphile-worker',
  'restate',
  'edda',
] as const;
export const PEERS: readonly string[] = ['raw', 'raw-batch', 'romancy', ...FOREIGN_PEERS];

export async function openPeer(setup: PeerSetup): Promise<Peer> {
  if (setup.peer === 'raw' || setup.peer === 'raw-batch') return (await import('./raw/raw.js')).rawPeer(setup);
  if (setup.peer === 'romancy') return (await import('./romancy/romancy.js')).romancyPeer(setup);
  const address = new URL(`../../peers/${setup.peer}.mjs`, import.meta.url).href;
  const { open } = (await import(address)) as { open: (setup: PeerSetup) => Promise<Peer> };
  return open(setup);
}
