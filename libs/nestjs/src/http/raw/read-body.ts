import type { IncomingMessage } from 'node:http';

/** A body as it came, or that it was too large to be kept. */
export type RawBody = { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'too-large' };

/** A client that sends still more is cut off; up to there it is heard out, so that it reads the answer. */
const PATIENCE = 16 * 1024 * 1024;

/** Reads what is left of a request. Rejects when the client goes away. */
export function readBody(request: IncomingMessage, limit: number): Promise<RawBody> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const done = (body: RawBody): void => {
      request.off('data', onData).off('end', onEnd).off('error', reject).off('close', onClose);
      resolve(body);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks = [];
      if (size <= limit + PATIENCE) return;
      request.pause();
      done({ kind: 'too-large' });
    };
    const onEnd = (): void => {
      done(size > limit ? { kind: 'too-large' } : { kind: 'bytes', bytes: Buffer.concat(chunks) });
    };
    const onClose = (): void => {
      reject(new Error('The client has gone away.'));
    };
    request.on('data', onData).on('end', onEnd).on('error', reject).on('close', onClose);
  });
}
