import { SimulatedPlatform } from './simulated-platform.js';
import { Simulation } from './simulation.js';

/** Runs the course of a seed. Answers the promises that were broken. */
export async function findViolations(seed: number, simulation = new Simulation(seed)): Promise<readonly string[]> {
  const platform = new SimulatedPlatform(simulation.world.clock, seed);
  try {
    return (await simulation.run()).map((violation) => `seed ${String(seed)}: ${violation}`);
  } finally {
    platform.restore();
  }
}
