import pg from "pg";
import type { ChatMessage } from "./chat-message.ts";

/** A plain table of messages, one INSERT a post, through pg's pool as it is set up by itself. */
export interface MessageTable {
  insert(message: ChatMessage): Promise<void>;
}

export async function openMessageTable(url: string): Promise<MessageTable> {
  const pool = new pg.Pool({ connectionString: url });
  await pool.query(`create table if not exists messages (id uuid primary key, room_id uuid not null, author_id uuid not null, client_id text, content text not null, created_at timestamptz not null)`);
  await pool.query("create index if not exists messages_by_room on messages (room_id, created_at)");
  return {
    insert: async ({ id, roomId, author, clientId, content, createdAt }) => {
      // Named, so that it is planned once a connection: the faster of the plain ways.
      const values = [id, roomId, author.id, clientId, content, createdAt];
      await pool.query({ name: "insert", text: "insert into messages (id, room_id, author_id, client_id, content, created_at) values ($1, $2, $3, $4, $5, $6)", values });
    },
  };
}
