/** An error as it is logged. */
export interface ErrorFacts {
  type: string;
  message: string;
  stack?: string | undefined;
  code?: unknown;
  cause?: ErrorFacts;
}

/** What went wrong and where. Databases add rows and parameters to their errors: people's data, which stays out. */
export function describeError(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { type: typeof error, message: "Not an error" };
  const { name: type, message, stack, cause } = error;
  return {
    type,
    message,
    stack,
    ...("code" in error ? { code: error.code } : {}),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}
