import { read } from '../history/safe-read.js';

/** Arguments as they are stored; those that have names, as in Python, stand beside the others. */
export function storedArguments(json: unknown): unknown {
  const [args, kwargs] = [read(json, 'args'), read(json, 'kwargs')];
  const named = typeof kwargs === 'object' && kwargs !== null && Object.keys(kwargs).length > 0;
  return named ? { args, kwargs } : args;
}
