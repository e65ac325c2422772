import { createServer } from "node:http";
import { Server } from "socket.io";
import { announceOpen } from "./announce-open.ts";
import { newAuthor, type Posted, toMessage } from "./chat-message.ts";
import { openMessageTable } from "./message-table.ts";

// The chat of Socket.IO's own tutorial with rooms, its answers and an INSERT a post.
const table = await openMessageTable(process.env["DATABASE_URL"] ?? "");
const server = createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false, perMessageDeflate: false, pingInterval: 600_000 });

io.on("connection", (socket) => {
  const author = newAuthor();
  socket.on("join", (roomIds: string[], answer: (joined: number) => void) => {
    void socket.join(roomIds);
    answer(roomIds.length);
  });
  socket.on("post", async (posted: Posted, answer: (message: object) => void) => {
    const message = toMessage(posted, author);
    await table.insert(message);
    io.to(posted.roomId).emit("message", message);
    answer(message);
  });
});

announceOpen(server);
