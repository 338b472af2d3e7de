import { Writable } from 'node:stream';

/**
 * Takes standard output for the protocol alone: whatever else the process prints, by `console.log` or by a logger, goes to standard error,
 * because one foreign line would end the conversation.
 */
export function reserveStandardOutput(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, encoding, callback) => {
      write(chunk, encoding, callback);
    },
  });
}
