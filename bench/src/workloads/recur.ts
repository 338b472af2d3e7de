import { capability, expect, sample, type Bench, type Sample } from '../bench.js';

/** recur: milliseconds per generation of a counter, and whether a generation grows dearer with their number. */
export async function recur({ sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  const run = capability(opened, 'recur');
  const timed = async (generations: number): Promise<number> => {
    const started = performance.now();
    expect('The count', await run(generations), generations);
    return (performance.now() - started) / generations;
  };
  const few = Math.ceil(sizes.generations / 10);
  const samples = [sample(`recur/${String(few)}`, await timed(few), 'ms/generation')];
  return [...samples, sample('recur', await timed(sizes.generations), 'ms/generation')];
}
