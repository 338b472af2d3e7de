import type { Arguments } from './arguments.js';

/** Name of this framework among the peers; `--as` changes it. */
export const PEER = 'typescript';

/** Names under which drivers of peers may know it. */
const NAMES = [PEER, 'nestjs', 'ts'];

/** Those that count: what `--as` says, else all of them. */
export function peerNames(args: Arguments): readonly string[] {
  return args.has('as') ? [args.text('as')] : NAMES;
}

/** The workflow that an event starts, and the type of that event. */
export function startedWorkflow(peer: string): string {
  return `interop_start_${peer}`;
}
