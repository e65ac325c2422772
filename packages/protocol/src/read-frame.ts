import * as limits from "@tertulia/model/limits";
import { Refusal, validationRefusal } from "@tertulia/model/refusals";
import { ClientFrame, TIMESTAMP_WITHIN_MS } from "./frames.ts";

/** A frame that can't be taken, and which it was. */
export interface Refused {
  refusal: Refusal;
  /** The frame's id; null if it had none that could be one. */
  requestId: string | null;
}

/** The frame in a text, parsed once; `now` is the server's time. What is no frame at all is refused as INVALID_FRAME (protocol E3, E4, E5, X3). */
export function readFrame(text: string, now: number): ClientFrame | Refused {
  const raw = parsed(text);
  if (raw === null || typeof Reflect.get(raw, "type") !== "string") return { refusal: new Refusal("INVALID_FRAME"), requestId: null };
  const requestId = idOf(raw);
  const { data: frame, error } = ClientFrame.safeParse(raw);
  if (!frame) return { refusal: refusalFor(error, raw), requestId };
  if (Math.abs(now - Date.parse(frame.timestamp)) > TIMESTAMP_WITHIN_MS) {
    return { refusal: new Refusal("INVALID_TIMESTAMP", { serverTime: new Date(now).toISOString() }), requestId };
  }
  return frame;
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function idOf(raw: object): string | null {
  const id: unknown = Reflect.get(raw, "id");
  return typeof id === "string" && id !== "" && id.length <= limits.clientIdChars ? id : null;
}

type ParseError = NonNullable<ReturnType<typeof ClientFrame.safeParse>["error"]>;

/** The field at fault is told as it stands in `data`. */
function refusalFor(error: ParseError, raw: object): Refusal {
  if (error.issues[0]?.code === "invalid_union") return new Refusal("UNKNOWN_TYPE");
  const { code, details } = validationRefusal(error, raw);
  return new Refusal(code, { ...details, field: String(details["field"]).replace(/^data\./, "") });
}
