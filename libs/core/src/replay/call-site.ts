import { fileURLToPath } from 'node:url';

/** Folders with frames of our libraries, so that the first foreign one is the user's call. */
const own = new Set<string>();
skipOwnFrames();

/**
 * For a library that asks for steps on behalf of user code: no frame of the package whose module calls this is the place of a call.
 *
 * @example
 * import { skipOwnFrames } from '@romancy/core';
 * skipOwnFrames();
 */
export function skipOwnFrames(): void {
  // The line of Error's message, this function, then the module that calls it.
  const caller = locate(new Error().stack?.split('\n')[2] ?? '');
  // A package is built into few files or stands there as many sources: what is common to both is the folder that holds them.
  const folder = /^.*[\\/](?:src|dist)[\\/]/.exec(caller ?? '')?.[0];
  if (folder !== undefined) own.add(folder);
}

/** Where the user's code called. Each step of a replay has one and hardly any is ever looked at, so its text is made when it is. */
export class CallSite {
  // V8 notes the frames now, and makes text of them at the first look.
  readonly #trace = new Error('called');

  /** `file:line`; undefined where the engine cannot tell. */
  get place(): string | undefined {
    const frames = this.#trace.stack?.split('\n').slice(1) ?? [];
    for (const frame of frames) {
      const place = locate(frame);
      if (place !== undefined && !place.startsWith('node:') && !isOwn(place)) return place;
    }
    return undefined;
  }
}

function locate(frame: string): string | undefined {
  const match = /\(?((?:file:\/\/)?[^()\s]+):(\d+):\d+\)?$/.exec(frame.trim());
  if (!match?.[1] || !match[2]) return undefined;
  const file = match[1].startsWith('file://') ? fileURLToPath(match[1]) : match[1];
  return `${file}:${match[2]}`;
}

function isOwn(place: string): boolean {
  for (const folder of own) if (place.startsWith(folder)) return true;
  return false;
}
