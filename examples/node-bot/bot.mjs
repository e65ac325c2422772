// Says "pong" to whoever says "ping" in a room: a bot over the WebSocket protocol (packages/protocol/SPEC.md), with nothing but Node 22 or newer.
//
//   TERTULIA_TOKEN=… node examples/node-bot/bot.mjs <room id>
//
// docs/api.md says how to get a token and a room. TERTULIA_URL says where the server is, if it isn't http://localhost:3000;
// TERTULIA_ROOM_PASSWORD opens a room that has a password. Ctrl+C ends it.
import { setTimeout as wait } from "node:timers/promises";

const { TERTULIA_URL: url = "http://localhost:3000", TERTULIA_TOKEN: token, TERTULIA_ROOM_PASSWORD: password = null } = process.env;
const room = process.argv[2] ?? process.env.TERTULIA_ROOM ?? "";
if (!token || !room) giveUp("Usage: TERTULIA_TOKEN=… node bot.mjs <room id>");

/**
 * Your part: the answer to these words, or null.
 * @param {string} words
 */
const answerTo = (words) => (/\bping\b/i.test(words) ? "pong" : null);

const PING_EVERY_MS = 20_000;
const PAUSE_MS = { least: 500, most: 30_000 };
const RESTART = 1012;
/** The server sends us away for good: the session has ended, or the account is banned. */
const FOR_GOOD = new Set([4401, 4403]);
/** Refusals that pass by themselves. All others would come again, however often we ask. */
const PASSING = new Set(["RATE_LIMITED", "UNAVAILABLE", "STORAGE_FULL", "INTERNAL"]);

// What outlives a connection:

/**
 * What we say, oldest first. Each leaves when the server has confirmed it; until then it is sent again, under the same id, so it is stored once however often it comes.
 * @type {{ id: string, data: object }[]}
 */
const outbox = [];
/** @type {number | null} The last event of the room that we have heard, to go on from; null before we have joined. */
let lastSeq = null;
let failures = 0;

/** @type {WebSocket | null} The connection of now. */
let socket = null;
/** Whatever was said before this connection has been heard. */
let isCaughtUp = false;
/** @type {NodeJS.Timeout | undefined} Until what was refused for now may be said again. */
let retry;

process.once("SIGINT", leave);
for (;;) {
  const me = await whoAmI();
  const end = me === null ? null : await converse(me);
  if (end && FOR_GOOD.has(end.code)) giveUp("The token is no longer good.");
  const pause = (end && askedFor(end)) ?? pauseByChance();
  console.log(`Away. Trying again in ${Math.round(pause)} ms.`);
  await wait(pause);
}

/** My user id; null while the server isn't there. A WebSocket doesn't tell Node whether the token or the server is at fault, so this asks first. */
async function whoAmI() {
  const response = await get("/auth/me").catch(() => null);
  if (response?.status === 401) giveUp("The token is not good.");
  if (!response?.ok) return null;
  const { data } = await response.json();
  return data.id;
}

/**
 * One connection from its beginning to its end.
 * @param {string} me
 * @returns {Promise<{ code: number, reason: string }>} how it ended
 */
function converse(me) {
  return new Promise((resolve) => {
    const line = new WebSocket(`${url.replace(/^http/, "ws")}/ws`, ["tertulia.v1", `bearer.${token}`]);
    socket = line;
    isCaughtUp = false;

    // A line may be dead without anyone being told: if nothing at all is heard from one ping to the next, it is.
    let isAlive = false;
    const heartbeat = setInterval(() => {
      if (!isAlive) return end({ code: 1006, reason: "" });
      isAlive = false;
      send("ping", {});
    }, PING_EVERY_MS);

    line.onopen = () => {
      isAlive = true;
      if (lastSeq === null) send("join_room", { room_id: room, password });
      else send("resume", { rooms: { [room]: lastSeq } });
      sayFirst();
    };
    line.onmessage = ({ data }) => {
      isAlive = true;
      hear(JSON.parse(data), me);
    };
    line.onclose = end;

    /** @param {{ code: number, reason: string }} how */
    function end({ code, reason }) {
      clearInterval(heartbeat);
      line.onmessage = line.onclose = null;
      line.close();
      socket = null;
      resolve({ code, reason });
    }
  });
}

/**
 * @param {{ type: string, id: string, data: any }} frame
 * @param {string} me
 */
function hear({ type, id, data }, me) {
  if (type === "message") {
    hearMessage(data.message, me);
  } else if (type === "join_success") {
    console.log(`Joined ${data.room_name}.`);
    caughtUp(data.head_seq);
  } else if (type === "resumed") {
    if (data.gone.includes(room)) giveUp("We are no longer in this room.");
    if (data.reset.includes(room)) void readHistory(data.rooms[room], me);
    else caughtUp(data.rooms[room]);
  } else if (type === "room_left" && data.room_id === room) {
    giveUp("We are no longer in this room.");
  } else if (type === "message_received") {
    if (outbox[0]?.id === id) outbox.shift();
    sayFirst();
  } else if (type === "pong") {
    failures = 0; // A connection that lasts.
  } else if (type === "error") {
    hearRefusal(data);
  }
  // Whatever else there is, or will be, isn't for us.
}

/**
 * @param {{ id: string, room_id: string, user_id: string, content: string, seq: number, thread_root_id: string | null }} message
 * @param {string} me
 */
function hearMessage(message, me) {
  if (message.room_id !== room) return;
  // Until then, what we missed is still to come, and has to be asked for again if this connection breaks.
  if (isCaughtUp && lastSeq !== null) lastSeq = Math.max(lastSeq, message.seq);
  if (message.user_id === me) return;
  const answer = answerTo(message.content);
  if (answer !== null) say(answer, message);
}

/** @param {number} seq */
function caughtUp(seq) {
  lastSeq = seq;
  isCaughtUp = true;
  console.log("Listening.");
}

/**
 * We were away for so long that the server tells no single events any more: what was said stands in the room's history.
 * @param {number} headSeq
 * @param {string} me
 */
async function readHistory(headSeq, me) {
  const line = socket;
  try {
    for (let after = String(lastSeq); after; ) {
      const response = await get(`/conversations/${room}/messages?limit=100&after=${after}`);
      const { data } = await response.json();
      for (const { id, userId, content, seq } of data.items) hearMessage({ id, room_id: room, user_id: userId, content, seq, thread_root_id: null }, me);
      after = data.previousCursor;
    }
    if (socket === line) caughtUp(headSeq);
  } catch {
    line?.close(); // And all over again.
  }
}

/** @param {{ code: string, message: string, details?: { retry_after_ms?: number }, request_id: string | null }} refusal */
function hearRefusal({ code, message, details, request_id }) {
  if (request_id !== outbox[0]?.id) {
    if (!PASSING.has(code)) giveUp(message);
    socket?.close();
  } else if (PASSING.has(code)) {
    console.log(message);
    retry = setTimeout(sayFirst, details?.retry_after_ms ?? PAUSE_MS.most);
  } else {
    console.error(`Could not answer: ${message}`);
    outbox.shift();
    sayFirst();
  }
}

/**
 * Puts an answer into the outbox. Its id is made of the message's, so that a message we hear twice is answered once; and it goes into the thread of what it answers.
 * @param {string} content
 * @param {{ id: string, thread_root_id: string | null }} to
 */
function say(content, to) {
  const id = `pong-${to.id}`;
  if (outbox.some((waiting) => waiting.id === id)) return;
  outbox.push({ id, data: { room_id: room, content, message_type: "text", reply_to_message_id: to.id, thread_root_id: to.thread_root_id } });
  if (outbox.length === 1) sayFirst();
}

/** One at a time: so they keep their order, and a long absence ends in no flood. */
function sayFirst() {
  clearTimeout(retry);
  const [first] = outbox;
  if (first) send("message", first.data, first.id);
}

/**
 * @param {string} type
 * @param {object} data
 */
function send(type, data, id = crypto.randomUUID()) {
  if (socket?.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify({ type, id, timestamp: new Date().toISOString(), data }));
}

/**
 * A server that restarts says when to come back; it tells everyone another time.
 * @param {{ code: number, reason: string }} end
 * @returns {number | null}
 */
function askedFor({ code, reason }) {
  return code === RESTART && reason ? JSON.parse(reason).retryAfterMs : null;
}

/** Ever longer, and by chance, so that not everyone comes back in one moment. */
function pauseByChance() {
  const longest = Math.min(PAUSE_MS.most, PAUSE_MS.least * 2 ** failures++);
  return longest * (0.5 + Math.random() / 2);
}

/** @param {string} path */
function get(path) {
  return fetch(`${url}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(10_000) });
}

function leave() {
  if (!socket) process.exit();
  socket.onclose = () => process.exit();
  socket.close();
}

/**
 * @param {string} why
 * @returns {never}
 */
function giveUp(why) {
  console.error(why);
  process.exit(1);
}
