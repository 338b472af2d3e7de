// Taken at load, so that a test's fake timers cannot replace them under a running engine.
const nextTick = process.nextTick.bind(process);
const enqueueMicrotask = queueMicrotask;
const immediate = setImmediate;

let shared: Promise<void> | undefined;

/**
 * Resolves when the microtask queue is empty: everything that a delivery can cause in a workflow has happened (E2). A tick asked for inside a
 * microtask runs once the queue has drained. Callers of one drain share the point; it is closed for joining before the tick is queued, because
 * ticks that are queued together run without a drain between them.
 */
export function quiesce(): Promise<void> {
  shared ??= new Promise((resolve) => {
    enqueueMicrotask(() => {
      shared = undefined;
      nextTick(resolve);
    });
  });
  return shared;
}

/** Lets timers and I/O run; long replays do this now and then so that they do not starve the process. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    immediate(resolve);
  });
}
