/**
 * Tries the courses of the seeds from … to …: `npm run ts libs/testing/test/simulator/main.ts 1 500`. Prints a line for each promise that was
 * broken, and at last how many courses were tried.
 */
import { findViolations } from './violations.js';

const [from = 1, to = from] = process.argv.slice(2).map(Number);
for (let seed = from; seed <= to; seed += 1) {
  for (const violation of await findViolations(seed)) console.log(violation);
}
console.log(`${String(to - from + 1)} courses tried`);
// What a course leaves pending belongs to processes that have died in it.
process.exit(0);
