const TICK_MS = 10;

/** Calls `work` so many times a second, with 0, 1, 2 …, until the answer is called. After a stall of our own it makes up for what was missed. */
export function atPace(perSecond: number, work: (turn: number) => void): () => void {
  const began = performance.now();
  let turn = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1_000) * perSecond;
    while (turn < due) work(turn++);
  }, TICK_MS);
  return () => clearInterval(timer);
}

/** Resolves when this moment, by `performance.now()`, has come or gone by: for paces and stretches that a row of the faults prescribes, never to wait for something to happen. */
export const untilPassed = (moment: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, Math.max(0, moment - performance.now())));
