export interface MessageRevisionsTable {
  message_id: string;
  content: string;
  /** When it was posted, or put in the place of an earlier text. */
  written_at: Date;
  replaced_at: Date;
}
