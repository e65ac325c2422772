/** Starts to watch this process; the answer says what share of a core it took since. Near 1, it is the generator that is measured. */
export function generatorLoad(): () => number {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 / (performance.now() - startedAt);
  };
}
