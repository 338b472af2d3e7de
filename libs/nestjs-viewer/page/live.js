// @ts-check
/** Looks again and again: often while things change, seldom while they do not, never while nobody looks. */

const FIRST = 2000;
const LONGEST = 10_000;

/**
 * @param {() => Promise<any>} read
 * @param {(value: any) => void} show called when the value is another one
 * @param {(error: unknown) => void} fail
 * @returns {{ end: () => void, now: () => void }} `now` looks at once
 */
export function live(read, show, fail) {
  let ended = false;
  let busy = false;
  let again = false;
  let pause = FIRST;
  /** @type {unknown} */
  let last;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function look() {
    if (!document.hidden) {
      busy = true;
      try {
        const value = await read();
        if (ended) return;
        pause = value === last ? Math.min(pause * 1.5, LONGEST) : FIRST;
        if (value !== last) show(value);
        last = value;
      } catch (error) {
        if (ended) return;
        pause = LONGEST;
        fail(error);
      } finally {
        busy = false;
      }
    }
    if (ended) return;
    timer = setTimeout(() => void look(), again ? 0 : pause);
    again = false;
  }

  function now() {
    // One look at a time.
    again = busy;
    if (ended || busy) return;
    clearTimeout(timer);
    pause = FIRST;
    void look();
  }

  function back() {
    // The look under way goes on by itself.
    if (!document.hidden && !busy) now();
  }
  document.addEventListener('visibilitychange', back);
  void look();
  return {
    now,
    end: () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', back);
    },
  };
}
