import type { Batch, Dialect } from "@tertulia/core/feed/feed";
import { textFrame } from "./frames.ts";

/**
 * The feed in tRPC's words, as whole WebSocket frames. The key is the subscription's request id as JSON: it is all that differs between
 * two followers, so those with the same id share one buffer.
 */
export const trpcDialect: Dialect = {
  encode(batch) {
    const rest = Buffer.from(resultOf(batch));
    const frames = new Map<string, Buffer>();
    return (key) => {
      let frame = frames.get(key);
      if (!frame) {
        frame = textFrame(Buffer.from(`{"id":${key},`), rest);
        frames.set(key, frame);
      }
      return frame;
    };
  },
};

function resultOf(batch: Batch): string {
  const items = JSON.stringify(batch.items);
  if (batch.kind !== "messages") return `"result":{"type":"data","data":${items}}}`;
  return `"result":{"type":"data","id":"${batch.id}","data":{"id":"${batch.id}","data":${items}}}}`;
}
