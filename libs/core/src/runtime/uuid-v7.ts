import { randomFillSync } from 'node:crypto';

const POOL_SIZE = 4_096;
const pool = Buffer.alloc(POOL_SIZE);
let used = POOL_SIZE;

let lastTime = 0;
let counter = 0;

function randomBytes(count: number): Buffer {
  if (used + count > POOL_SIZE) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

/**
 * A UUID of version 7: time-ordered, so that new rows land at the end of the indexes. Within this process each id is greater than the one
 * before, also when the clock stands still or goes back: 12 bits after the time count on from a random start, and run over into the time.
 */
export function uuidv7(now: number): string {
  const time = Math.max(0, Math.trunc(now));
  if (time > lastTime) {
    lastTime = time;
    counter = randomBytes(2).readUInt16BE(0) & 0x7ff;
  } else if (++counter > 0xfff) {
    lastTime += 1;
    counter = 0;
  }
  const tail = randomBytes(8);
  tail.writeUInt8((tail.readUInt8(0) & 0x3f) | 0x80, 0);
  const stamp = lastTime.toString(16).padStart(12, '0');
  const hex = tail.toString('hex');
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${hex.slice(0, 4)}-${hex.slice(4)}`;
}
