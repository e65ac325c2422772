/** What a client called something that it had made, for a day; a message keeps its name by itself, for ever. */
export interface IdempotencyKeysTable {
  user_id: string;
  key: string;
  /** SHA-256 of what was asked for, in hex. */
  content_hash: string;
  /** What was made; null only until the transaction that makes it ends. */
  made_id: string | null;
  used_at: Date;
}
