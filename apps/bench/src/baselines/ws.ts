import { runWsChat, tellAtOnce } from "./ws-chat.ts";

runWsChat({ store: () => {}, tell: tellAtOnce });
