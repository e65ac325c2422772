import type { Batch, Dialect } from "@tertulia/core/feed/feed";
import { textFrame } from "@tertulia/gate/text-frame";

/** Of one batch. Those who come back ask for theirs mostly under the same id, but ids are the clients' to make up, and a backlog may be long. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

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
        if ((frames.size + 1) * rest.length > MOST_KEPT_BYTES) frames.clear();
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
