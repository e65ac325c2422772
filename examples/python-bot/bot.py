#!/usr/bin/env python3
"""Says "pong" to whoever says "ping" in a room: a bot over the WebSocket protocol (packages/protocol/SPEC.md), with nothing but Python 3.9 or newer.

    TERTULIA_TOKEN=… python3 examples/python-bot/bot.py <room id>

docs/api.md says how to get a token and a room. TERTULIA_URL says where the server is, if it isn't http://localhost:3000;
TERTULIA_ROOM_PASSWORD opens a room that has a password. Ctrl+C ends it.
"""

import base64
import hashlib
import http.client
import json
import os
import random
import re
import socket
import ssl
import struct
import sys
import time
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timezone
from urllib.parse import urlsplit


def answer_to(words):
    """Your part: the answer to these words, or None."""
    return "pong" if re.search(r"\bping\b", words, re.IGNORECASE) else None


# The server pings every 25 seconds, so a line on which nothing is heard for this long is dead.
SILENCE_SECONDS = 60
PAUSE_SECONDS = {"least": 0.5, "most": 30}
# A connection that has lasted this long was a good one.
LASTING_SECONDS = 20
# The server sends us away for good: the session has ended, or the account is banned.
FOR_GOOD = {4401, 4403}
RESTART = 1012
# Refusals that pass by themselves. All others would come again, however often we ask.
PASSING = {"RATE_LIMITED", "UNAVAILABLE", "STORAGE_FULL", "INTERNAL"}


class Bot:
    """Sits in one room for as long as it may, over as many connections as that takes."""

    def __init__(self, url, token, room, password):
        self.url, self.token, self.room, self.password = url, token, room, password
        # What we say by id, oldest first. Each leaves when the server has confirmed it; until then it is sent again, under the same id,
        # so it is stored once however often it comes.
        self.outbox = {}
        # When the first of it is to be sent, by time.monotonic(); None while the server's answer to it is awaited.
        self.say_at = None
        # The last event of the room that we have heard, to go on from; None before we have joined.
        self.last_seq = None
        # Whether all that was said before this connection has been heard.
        self.is_caught_up = False
        self.me = None
        self.failures = 0
        self.line = None

    def run(self):
        while True:
            asked_for = None
            began = time.monotonic()
            try:
                self.converse()
            except Refused as refused:
                # Anything else than the token (a server that starts, say, or has too much to do) passes.
                if refused.status == 401:
                    sys.exit("The token is not good.")
            except Closed as closed:
                if closed.code in FOR_GOOD:
                    sys.exit("The token is no longer good.")
                # A server that restarts says when to come back; it tells everyone another time.
                if closed.code == RESTART and closed.reason:
                    asked_for = json.loads(closed.reason)["retryAfterMs"] / 1000
            except OSError:
                pass
            if time.monotonic() - began > LASTING_SECONDS:
                self.failures = 0
            pause = self.pause_by_chance() if asked_for is None else asked_for
            print("Away. Trying again in %d ms." % (pause * 1000), flush=True)
            time.sleep(pause)

    def pause_by_chance(self):
        """Ever longer, and by chance, so that not everyone comes back in one moment."""
        longest = min(PAUSE_SECONDS["most"], PAUSE_SECONDS["least"] * 2**self.failures)
        self.failures += 1
        return random.uniform(longest / 2, longest)

    def converse(self):
        """One connection, from its beginning to its end. Raises Refused, Closed or OSError, whichever ends it."""
        self.me = self.get("/auth/me")["id"]
        self.line = WebSocket(self.url + "/ws", {"Authorization": "Bearer " + self.token})
        self.is_caught_up = False
        try:
            if self.last_seq is None:
                self.send("join_room", {"room_id": self.room, "password": self.password})
            else:
                self.send("resume", {"rooms": {self.room: self.last_seq}})
            self.say_at = time.monotonic()
            while True:
                self.say_first()
                text = self.line.receive(self.seconds_to_wait())
                if text is not None:
                    self.hear(**json.loads(text))
                elif self.line.silent_for() > SILENCE_SECONDS:
                    raise Closed(1006)
        finally:
            self.line.close()

    def seconds_to_wait(self):
        if self.say_at is None or not self.outbox:
            return SILENCE_SECONDS
        return min(SILENCE_SECONDS, self.say_at - time.monotonic())

    def hear(self, type, id, data, **_):
        if type == "message":
            self.hear_message(**data["message"])
        elif type == "join_success":
            print("Joined %s." % data["room_name"], flush=True)
            self.caught_up(data["head_seq"])
        elif type == "resumed":
            if self.room in data["gone"]:
                sys.exit("We are no longer in this room.")
            if self.room in data["reset"]:
                self.read_history()
            self.caught_up(data["rooms"][self.room])
        elif type == "room_left" and data["room_id"] == self.room:
            sys.exit("We are no longer in this room.")
        elif type == "message_received":
            self.outbox.pop(id, None)
            self.say_at = time.monotonic()
        elif type == "error":
            self.hear_refusal(**data)
        # Whatever else there is, or will be, isn't for us.

    def hear_message(self, id, room_id, user_id, content, seq, thread_root_id=None, **_):
        if room_id != self.room:
            return
        # Until then, what we missed is still to come, and has to be asked for again if this connection breaks.
        if self.is_caught_up:
            self.last_seq = max(self.last_seq, seq)
        if user_id == self.me:
            return
        answer = answer_to(content)
        if answer is not None:
            self.say(answer, id, thread_root_id)

    def caught_up(self, seq):
        self.last_seq = seq
        self.is_caught_up = True
        print("Listening.", flush=True)

    def read_history(self):
        """We were away for so long that the server tells no single events any more: what was said stands in the room's history."""
        after = self.last_seq
        while after is not None:
            page = self.get("/conversations/%s/messages?limit=100&after=%s" % (self.room, after))
            for message in page["items"]:
                self.hear_message(message["id"], self.room, message["userId"], message["content"], message["seq"])
            after = page["previousCursor"]

    def hear_refusal(self, code, message, request_id, details=None, **_):
        if request_id not in self.outbox:
            if code not in PASSING:
                sys.exit(message)
            raise Closed(1006)
        if code in PASSING:
            print(message, flush=True)
            self.say_at = time.monotonic() + (details or {}).get("retry_after_ms", PAUSE_SECONDS["most"] * 1000) / 1000
        else:
            print("Could not answer: %s" % message, file=sys.stderr)
            del self.outbox[request_id]
            self.say_at = time.monotonic()

    def say(self, content, message_id, thread_root_id):
        """Puts an answer into the outbox, for the thread of what it answers. Its id is made of that message's, so that a message we hear twice is answered once."""
        if not self.outbox:
            self.say_at = time.monotonic()
        data = {"room_id": self.room, "content": content, "message_type": "text", "reply_to_message_id": message_id, "thread_root_id": thread_root_id}
        self.outbox.setdefault("pong-" + message_id, data)

    def say_first(self):
        """One at a time: so they keep their order, and a long absence ends in no flood."""
        if self.outbox and self.say_at is not None and time.monotonic() >= self.say_at:
            id, data = next(iter(self.outbox.items()))
            self.say_at = None
            self.send("message", data, id)

    def send(self, type, data, id=None):
        now = datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
        self.line.send(json.dumps({"type": type, "id": id or str(uuid.uuid4()), "timestamp": now, "data": data}))

    def get(self, path):
        """Asks the REST API. Raises Refused, or OSError while the server isn't there."""
        request = urllib.request.Request(self.url + "/api/v1" + path, headers={"Authorization": "Bearer " + self.token})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)["data"]
        except urllib.error.HTTPError as error:
            raise Refused(error.code) from None
        except http.client.HTTPException as broken_off:
            raise OSError from broken_off


class Refused(Exception):
    """The server answered with this HTTP status instead."""

    def __init__(self, status):
        super().__init__("HTTP %d" % status)
        self.status = status


class Closed(Exception):
    """The connection has ended with this code of RFC 6455, section 7.4; 1006 if it broke."""

    def __init__(self, code, reason=""):
        super().__init__("%d %s" % (code, reason))
        self.code, self.reason = code, reason


class WebSocket:
    """A client's end of RFC 6455, with as much of it as JSON in text messages needs."""

    CONTINUATION, TEXT, CLOSE, PING, PONG = 0x0, 0x1, 0x8, 0x9, 0xA
    LONGEST_MESSAGE = 16 * 1024 * 1024

    def __init__(self, url, headers):
        """Raises Refused if the server doesn't want to, Closed if it doesn't speak WebSocket, OSError if it isn't there."""
        where = urlsplit(url)
        is_secure = where.scheme in ("https", "wss")
        self.socket = socket.create_connection((where.hostname, where.port or (443 if is_secure else 80)), timeout=10)
        self.unread = bytearray()
        self.fragments = None
        self.heard_at = time.monotonic()
        try:
            if is_secure:
                self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=where.hostname)
            self.shake_hands(where, headers)
        except BaseException:
            self.socket.close()
            raise

    def shake_hands(self, where, headers):
        key = base64.b64encode(os.urandom(16)).decode()
        asked = {"Host": where.netloc, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key, **headers}
        lines = ["GET %s HTTP/1.1" % where.path] + ["%s: %s" % each for each in asked.items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.unread:
            if not self.read_more(10):
                raise Closed(1006)
        head, _, self.unread = self.unread.partition(b"\r\n\r\n")
        status, *answered = head.decode("latin-1").split("\r\n")
        if " 101 " not in status + " ":
            raise Refused(int(status.split(" ")[1]))
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in answered)}
        # Only a server that speaks WebSocket, and isn't an HTTP cache with an old answer, knows this one.
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        if fields.get("upgrade", "").lower() != "websocket" or fields.get("sec-websocket-accept") != accept:
            raise Closed(1002)

    def receive(self, seconds):
        """The next text message, or None if there is none within so many seconds. Raises Closed, or OSError."""
        until = time.monotonic() + seconds
        while True:
            frame = self.take_frame()
            if frame is None:
                if not self.read_more(until - time.monotonic()):
                    return None
                continue
            is_final, opcode, payload = frame
            if opcode == self.PING:
                self.send_frame(self.PONG, payload)
            elif opcode == self.CLOSE:
                code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005
                raise Closed(code, payload[2:].decode("utf-8", "replace"))
            elif opcode in (self.TEXT, self.CONTINUATION):
                message = self.add_fragment(is_final, opcode, payload)
                if message is not None:
                    return message
            elif opcode != self.PONG:
                self.fail(1003)  # Binary, or of a later RFC: the protocol has neither.

    def add_fragment(self, is_final, opcode, payload):
        """The whole text, if this was the last of its fragments."""
        # A text begins with TEXT, and goes on with CONTINUATION.
        if (opcode == self.TEXT) != (self.fragments is None):
            self.fail(1002)
        self.fragments = (self.fragments or bytearray()) + payload
        if len(self.fragments) > self.LONGEST_MESSAGE:
            self.fail(1009)
        if not is_final:
            return None
        whole, self.fragments = self.fragments, None
        try:
            return whole.decode("utf-8")
        except UnicodeDecodeError:
            self.fail(1007)

    def take_frame(self):
        """(is_final, opcode, payload) of the first frame that has come, or None if it isn't all there."""
        if len(self.unread) < 2:
            return None
        first, second = self.unread[0], self.unread[1]
        is_final, opcode, size, start = bool(first & 0x80), first & 0x0F, second & 0x7F, 2
        # We have agreed on no extension, so the reserved bits are 0; and a server never masks. Control frames are short and whole.
        if first & 0x70 or second & 0x80 or (opcode >= self.CLOSE and (size > 125 or not is_final)):
            self.fail(1002)
        if size >= 126:
            start += 2 if size == 126 else 8
            if len(self.unread) < start:
                return None
            size = int.from_bytes(self.unread[2:start], "big")
            if size > self.LONGEST_MESSAGE:
                self.fail(1009)
        if len(self.unread) < start + size:
            return None
        payload = bytes(self.unread[start : start + size])
        del self.unread[: start + size]
        return is_final, opcode, payload

    def read_more(self, seconds):
        """Whether anything came in this time. Raises Closed if the line is broken."""
        self.socket.settimeout(max(seconds, 0.001))
        try:
            chunk = self.socket.recv(65536)
        except socket.timeout:
            return False
        if not chunk:
            raise Closed(1006)
        self.unread += chunk
        self.heard_at = time.monotonic()
        return True

    def silent_for(self):
        """Seconds since anything at all was heard."""
        return time.monotonic() - self.heard_at

    def send(self, text):
        self.send_frame(self.TEXT, text.encode())

    def send_frame(self, opcode, payload):
        """A frame that isn't fragmented, and masked, as a client's must be."""
        size = len(payload)
        if size < 126:
            head = struct.pack(">BB", 0x80 | opcode, 0x80 | size)
        elif size < 65536:
            head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, size)
        mask = os.urandom(4)
        self.socket.settimeout(10)
        self.socket.sendall(head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)))

    def fail(self, code):
        """The other side breaks the RFC: tells it so, and goes."""
        self.close(code)
        raise Closed(code)

    def close(self, code=1000):
        """Says goodbye, if anyone is still there, and hangs up."""
        try:
            self.send_frame(self.CLOSE, struct.pack(">H", code))
        except OSError:
            pass
        self.socket.close()


def main():
    token = os.environ.get("TERTULIA_TOKEN")
    room = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TERTULIA_ROOM")
    if not token or not room:
        sys.exit("Usage: TERTULIA_TOKEN=… python3 bot.py <room id>")
    bot = Bot(os.environ.get("TERTULIA_URL", "http://localhost:3000"), token, room, os.environ.get("TERTULIA_ROOM_PASSWORD"))
    try:
        bot.run()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
