/** Waits in real time: pauses between tries of the engine itself must pass under a virtual clock too. */
export function pause(ms: number, { ref = true }: { readonly ref?: boolean } = {}): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (!ref) timer.unref();
  });
}
