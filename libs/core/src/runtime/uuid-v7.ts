import { randomBytes } from 'node:crypto';

const POOL_BYTES = 4_096;
const VARIANT = '89ab';

let pool = '';
let used = 0;
let lastTime = 0;
let counter = 0;

/** Random hexadecimal digits; asking the system for many at once is what makes them cheap. */
function digits(count: number): string {
  if (used + count > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    used = 0;
  }
  used += count;
  return pool.slice(used - count, used);
}

/**
 * A UUID of version 7: time-ordered, so that new rows land at the end of the indexes. Within this process each id is greater than the one
 * before, also when the clock stands still or goes back: 12 bits after the time count on from a random start, and run over into the time.
 */
export function uuidv7(now: number): string {
  const time = Math.trunc(now);
  if (time > lastTime) {
    lastTime = time;
    counter = Number.parseInt(digits(3), 16) & 0x7ff;
  } else if (++counter > 0xfff) {
    lastTime += 1;
    counter = 0;
  }
  const stamp = lastTime.toString(16).padStart(12, '0');
  const variant = VARIANT.charAt(Number.parseInt(digits(1), 16) & 3);
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${digits(3)}-${digits(12)}`;
}
