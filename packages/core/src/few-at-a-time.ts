const AT_A_TIME = 100;

/** Does something for each of many, a hundred at a time, and lets the event loop turn in between: what concerns thousands must not hold up everything else. Fails as the first that fails. */
export async function fewAtATime<T>(many: Iterable<T>, work: (one: T) => Promise<unknown>): Promise<void> {
  let few: Promise<unknown>[] = [];
  for (const one of many) {
    if (few.push(work(one)) < AT_A_TIME) continue;
    await Promise.all(few);
    few = [];
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(few);
}
