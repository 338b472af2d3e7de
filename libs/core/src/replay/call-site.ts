import { fileURLToPath } from 'node:url';

/** Directory of this library's own frames, so that the first foreign one is the user's call. */
const OWN = ownDirectory();

/** Where the user's code called. Each step of a replay has one and hardly any is ever looked at, so its text is made when it is. */
export class CallSite {
  // V8 notes the frames now, and makes text of them at the first look.
  readonly #trace = new Error('called');

  /** `file:line`; undefined where the engine cannot tell. */
  get place(): string | undefined {
    const frames = this.#trace.stack?.split('\n').slice(1) ?? [];
    for (const frame of frames) {
      const place = locate(frame);
      if (place !== undefined && !place.startsWith('node:') && !(OWN !== undefined && place.startsWith(OWN)))
        return place;
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

function ownDirectory(): string | undefined {
  const own = new Error().stack?.split('\n')[1];
  const place = own === undefined ? undefined : locate(own);
  return place?.replace(/replay[\\/]call-site\.[jt]s:\d+$/, '');
}
