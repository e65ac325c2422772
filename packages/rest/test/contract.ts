import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { z } from "zod";

const Operation = z.looseObject({ operationId: z.string(), responses: z.record(z.string(), z.unknown()) });
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

/** What an OpenAPI document promises of each answer. */
export class Contract {
  readonly #paths: [template: RegExp, path: string, operations: Record<string, z.infer<typeof Operation>>][];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  private constructor(document: z.infer<typeof Document>) {
    formats.default(this.#ajv);
    this.#ajv.addSchema(sealed(document), "api");
    // The fixed part of an address wins over one that takes anything there: /users/me is no user's id.
    const paths = Object.entries(document.paths).toSorted(([a], [b]) => a.split("{").length - b.split("{").length);
    this.#paths = paths.map(([path, operations]) => [new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`), path, operations]);
  }

  static of(document: unknown): Contract {
    return new Contract(Document.parse(document));
  }

  /** Fails if the answer isn't one that the operation names, or says more or less than it promises; or if no operation is described there. */
  check(method: string, address: string, status: number, body: unknown): void {
    const verb = method.toLowerCase();
    const [, path, operations] = this.#paths.find(([template, , operations]) => template.test(address.split("?")[0] ?? "") && verb in operations) ?? [];
    if (path === undefined || !operations) throw new Error(`${method} ${address} isn't described`);
    if (!(status in (operations[verb]?.responses ?? {}))) throw new Error(`${method} ${path} answered ${status}, which it doesn't describe: ${JSON.stringify(body)}`);
    const pointer = ["paths", path, verb, "responses", String(status), "content", "application/json", "schema"].map((key) => key.replaceAll("~", "~0").replaceAll("/", "~1"));
    const isPromised = this.#ajv.compile({ $ref: `api#/${pointer.map(encodeURIComponent).join("/")}` });
    if (!isPromised(body)) throw new Error(`${method} ${path} answered ${status} with something else than it describes: ${this.#ajv.errorsText(isPromised.errors)}\n${JSON.stringify(body)}`);
  }
}

/** With no field beside those that are named: an answer that tells more than it promises tells too much. */
function sealed(value: unknown): object {
  const Sealed = z.record(z.string(), z.unknown());
  const seal = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(seal);
    const { data } = Sealed.safeParse(inner);
    if (!data) return inner;
    const open = Object.fromEntries(Object.entries(data).map(([key, each]) => [key, seal(each)]));
    return data["type"] === "object" && "properties" in data && !("additionalProperties" in data) ? { ...open, additionalProperties: false } : open;
  };
  return Sealed.parse(seal(value));
}
