// Taken at load, so that a test's fake timers cannot replace them under a running engine.
const nextTick = process.nextTick.bind(process);
const enqueueMicrotask = queueMicrotask;
const immediate = setImmediate;

let shared: (() => void)[] | undefined;

/**
 * Calls back when the microtask queue is empty: everything that a delivery can cause in a workflow has happened (E2). A tick asked for inside a
 * microtask runs once the queue has drained. Callers of one drain share the point; it is closed for joining before the tick is queued, because
 * ticks that are queued together run without a drain between them. The callback must not throw: those that share its point come after it.
 */
export function atQuiescence(callback: () => void): void {
  if (shared !== undefined) {
    shared.push(callback);
    return;
  }
  const point = [callback];
  shared = point;
  enqueueMicrotask(() => {
    shared = undefined;
    nextTick(reached, point);
  });
}

function reached(point: readonly (() => void)[]): void {
  for (const callback of point) callback();
}

/** The same as a promise. */
export function quiesce(): Promise<void> {
  return new Promise(atQuiescence);
}

/** Lets timers and I/O run; long replays do this now and then so that they do not starve the process. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    immediate(resolve);
  });
}
