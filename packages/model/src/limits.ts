/** Every limit a person or a program can meet, named once. Units are in the names. */
export const limits = {
  messageCodePoints: 10_000,
  metadataBytes: 8 * 1024,
  metadataDepth: 8,
  mentionsPerMessage: 50,
  roomMentionByAnyoneUpToMembers: 20,
  clientIdChars: 128,
  postsPerMinute: 30,
  emojisPerMessage: 20,
  pinsPerRoom: 100,
  noticeChars: 500,
  noticeMinutes: 7 * 24 * 60,

  roomTitleChars: 100,
  roomDescriptionChars: 500,
  roomPasswordChars: 100,
  roomMembersAtCreation: 100,

  usernameChars: 32,
  displayNameChars: 64,
  emailChars: 254,
  passwordMinChars: 12,
  passwordMaxChars: 256,

  pageDefault: 50,
  pageMax: 100,
  searchQueryChars: 200,
  unreadShown: 100,

  typingFadesAfterMs: 6_000,
  typingRepeatsWithinMs: 3_000,
  readsToldUpToMembers: 200,
  presencePushedUpToMembers: 200,
  presenceGraceMs: 15_000,
  presenceLeaseMs: 45_000,

  eventsPerResume: 1_000,

  frameBytes: 64 * 1024,
  framesPerMinute: 600,
  callsPerBatch: 10,
  subscriptionsPerSocket: 128,
  socketsPerUser: 20,
  socketSilenceMs: 35_000,
  socketPingMs: 25_000,
  socketUnsentSoftBytes: 256 * 1024,
  socketUnsentHardBytes: 1024 * 1024,
  socketUnsentAnswersBytes: 8 * 1024 * 1024,
  socketStalledMs: 10_000,

  sessionDays: 30,
} as const;
