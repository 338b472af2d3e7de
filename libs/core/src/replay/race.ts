/**
 * Settles like the first branch that settles, then fires the signal of every other one. With promises of a workflow the winner is the one whose
 * event comes first in the history, so a replay finds the same.
 */
export function raceWaits<T>(branches: readonly ((signal: AbortSignal) => Promise<T>)[]): Promise<T> {
  const controllers = branches.map(() => new AbortController());
  const withdrawOthers = (winner: number): void => {
    controllers.forEach((controller, index) => {
      if (index !== winner) controller.abort();
    });
  };
  return new Promise<T>((resolve, reject) => {
    let won = false;
    branches.forEach((branch, index) => {
      const win = (settle: () => void): void => {
        if (won) return;
        won = true;
        settle();
        withdrawOthers(index);
      };
      const signal = controllers[index]?.signal ?? AbortSignal.abort();
      Promise.resolve()
        .then(() => branch(signal))
        .then(
          (value) => {
            win(() => {
              resolve(value);
            });
          },
          (error: unknown) => {
            win(() => {
              // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the branch threw is passed on
              reject(error);
            });
          },
        );
    });
  });
}
