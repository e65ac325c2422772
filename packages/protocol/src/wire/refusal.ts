import type { Refusal, RefusalDetails } from "@tertulia/model/refusals";

/** The seed's word for it. */
const ownNames: Record<string, string> = { resetAt: "reset_time" };

/** A refusal's details by the names of the wire, which a field at fault has too (protocol X2, X3). */
export function detailsOnWire({ details }: Pick<Refusal, "details">): RefusalDetails {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [ownNames[name] ?? inSnakeCase(name), value]));
}

const inSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
