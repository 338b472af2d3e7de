/** Waits in real time: pauses between tries of the engine itself must pass under a virtual clock too. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
