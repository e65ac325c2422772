import { expect, it } from "vitest";
import { idOf, message, mira, posted, tomas } from "../../test/a-room.ts";
import type { KeyOf } from "../room/timeline.ts";
import { threadOf, unopenedThread, withReply, withThreadEvents } from "./thread-state.ts";

const keyOf: KeyOf = ({ id }) => id;
const thread = { rootId: idOf(1), keyOf };

it("a thread keeps what became of my reply when the answer that it's stored comes late", () => {
  const opened = threadOf(unopenedThread, message(1, mira, "Tea?"), { items: [], hasBefore: false, hasAfter: false, headSeq: 1 }, [], keyOf);
  const reply = message(2, tomas, "Please.", { threadRootId: thread.rootId });
  expect(withReply(opened, reply, thread).messages).toMatchObject([{ content: "Please." }]);
  const gone = { ...reply, content: "", deletedAt: reply.createdAt };
  const state = withThreadEvents(opened, [posted(gone)], thread);
  expect(withReply(state, reply, thread)).toBe(state);
});
