/** A storage may never answer, as some browsers' have been seen to do: then it's done without. Also where it rejects. */
export async function inTime<T>(ms: number, asked: Promise<T>, otherwise: T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const patience = setTimeout(() => late.resolve(otherwise), ms);
  try {
    return await Promise.race([asked.catch(() => otherwise), late.promise]);
  } finally {
    clearTimeout(patience);
  }
}
