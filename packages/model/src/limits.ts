// Every limit a person or a program can meet, named once. Units are in the names. Each by itself, so that a page loads those alone that it uses.

export const messageCodePoints = 10_000;
export const metadataBytes = 8 * 1024;
export const metadataDepth = 8;
export const mentionsPerMessage = 50;
export const roomMentionByAnyoneUpToMembers = 20;
export const clientIdChars = 128;
export const postsPerMinute = 30;
export const emojisPerMessage = 20;
export const pinsPerRoom = 100;
export const noticeChars = 500;
export const noticeMinutes = 7 * 24 * 60;
export const noticeAheadDays = 366;

export const roomTitleChars = 100;
export const roomDescriptionChars = 500;
export const roomPasswordChars = 100;
export const slowModeSeconds = 60 * 60;
export const roomMembersAtCreation = 100;
export const roomRestorableDays = 30;
export const invitesPerRoom = 100;
export const inviteUses = 100_000;
export const inviteDays = 30;

export const usernameChars = 32;
export const displayNameChars = 64;
export const emailChars = 254;
export const assistantInstructionChars = 8_000;
export const modelNameChars = 200;
/** How often an answer can have been written: whoever opens the room is told of each. */
export const variantsPerAnswer = 20;
export const passwordMinChars = 12;
export const passwordMaxChars = 256;

export const pageDefault = 50;
export const pageMax = 100;
/** How far back numbered pages reach: finding one counts what comes after it. */
export const messagesCountedByPage = 10_000;
export const searchQueryChars = 200;
export const unreadShown = 100;

export const typingFadesAfterMs = 6_000;
export const typingRepeatsWithinMs = 3_000;
export const readsToldUpToMembers = 200;
export const presencePushedUpToMembers = 200;
export const presenceGraceMs = 15_000;
export const presenceLeaseMs = 45_000;

export const eventsPerResume = 1_000;
export const eventsKeptPerRoom = 1_000;
export const eventsKeptDays = 30;

export const frameBytes = 64 * 1024;
export const requestIdChars = 128;
export const framesPerMinute = 600;
export const requestsPerMinute = 600;
export const changesPerMinute = 120;
export const roomsPerHour = 60;
export const callsPerBatch = 10;
export const subscriptionsPerSocket = 128;
export const socketsPerUser = 20;
export const socketsPerAddress = 50;
export const socketSilenceMs = 35_000;
export const socketPingMs = 25_000;
export const socketUnsentSoftBytes = 256 * 1024;
export const socketUnsentHardBytes = 1024 * 1024;
export const socketUnsentAnswersBytes = 8 * 1024 * 1024;
export const socketStalledMs = 10_000;

export const sessionDays = 30;
export const tokensPerUser = 50;
export const tokenNameChars = 64;
/** Unless said otherwise, and at most. */
export const tokenDays = 365;
export const tokenDaysMost = 5 * 365;
