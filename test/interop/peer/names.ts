/** Name of this framework among the peers; `--as` changes it. */
export const PEER = 'typescript';

/** The workflow that an event starts, and the type of that event. */
export function startedWorkflow(peer: string): string {
  return `interop_start_${peer}`;
}
