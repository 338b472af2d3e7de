/**
 * Lets a process die at each moment of the reference talk, in one kind of cluster: `npm run ts libs/testing/test/engine/talk-crashes.ts '{}'`. Prints
 * a line for each moment after which something was lost or doubled, and at last how many moments were tried.
 */
import type { ClusterOptions } from './cluster.js';
import { crashPoints, differences } from './crash-points.js';
import { TalkRun } from './talk-run.js';

const options = JSON.parse(process.argv[2] ?? '{}') as Partial<ClusterOptions>;
const undisturbed = new TalkRun(options);
const labels = await crashPoints((prepare) => undisturbed.drive(prepare));
const expected = undisturbed.observe();
console.log(JSON.stringify({ ...expected, violations: undisturbed.world.violations }));
for (const label of labels) {
  const run = new TalkRun(options);
  const first = await run.drive((worker) => worker.storage.faults.crashAt(label));
  if (first.dead) await run.drive();
  const problems = [...run.world.violations, ...differences(run.observe(), expected)];
  if (problems.length > 0) console.log(JSON.stringify({ label, problems }));
}
console.log(String(labels.length));
// What a run leaves pending belongs to processes that have died in it.
process.exit(0);
