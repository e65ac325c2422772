import * as limits from "@tertulia/model/limits";
import type { Refused } from "@/features/connection/refusal";

export type FieldName = "displayName" | "email" | "password" | "setupCode";
export type Problem = "nameMissing" | "nameInvalid" | "emailInvalid" | "emailTaken" | "passwordShort" | "setupCodeWrong";
export type Problems = Partial<Record<FieldName, Problem>>;

/** What is wrong with each field: as far as can be seen here, and as the server said of what it was last sent. */
export function problemsOf(values: Record<FieldName, string>, asksSetupCode: boolean, refused: Refused | null): Problems {
  return { ...problemsRefused(refused), ...problemsInSight(values, asksSetupCode) };
}

function problemsInSight(values: Record<FieldName, string>, asksSetupCode: boolean): Problems {
  const problems: Problems = {};
  if (values.displayName.trim() === "") problems.displayName = "nameMissing";
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(values.email.trim())) problems.email = "emailInvalid";
  if (values.password.length < limits.passwordMinChars) problems.password = "passwordShort";
  if (asksSetupCode && values.setupCode.trim() === "") problems.setupCode = "setupCodeWrong";
  return problems;
}

function problemsRefused(refused: Refused | null): Problems {
  const field = refused?.details["field"];
  if (refused?.code === "CONFLICT" && field === "email") return { email: "emailTaken" };
  if (field === "setupCode") return { setupCode: "setupCodeWrong" };
  if (refused?.code !== "VALIDATION_FAILED") return {};
  if (field === "email") return { email: "emailInvalid" };
  if (field === "password") return { password: "passwordShort" };
  return field === "displayName" || field === "username" ? { displayName: "nameInvalid" } : {};
}
