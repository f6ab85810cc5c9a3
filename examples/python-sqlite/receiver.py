"""A conference system's side with a database and the standard library alone: WEBHOOK_SECRETS=whsec_... python3 receiver.py"""

import base64
import hmac
import json
import os
import sqlite3
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qs, urlsplit

KEYS = [base64.b64decode(key.removeprefix("whsec_")) for key in os.environ["WEBHOOK_SECRETS"].split(",")]
TYPES = ["updated", "cancelled", "occurrence_updated", "occurrence_cancelled"]
LOCK = Lock()
DATABASE = sqlite3.connect(os.environ.get("DATABASE", "conferences.db"), check_same_thread=False)
DATABASE.executescript("""
    CREATE TABLE IF NOT EXISTS conferences (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, state TEXT NOT NULL, event TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS occurrences (conference TEXT, key TEXT, state TEXT, occurrence TEXT, PRIMARY KEY (conference, key));
""")


def is_verified(headers, body):
    """Over the raw bytes; one signature by one of the keys is enough, and none may be older than five minutes."""
    sent_at = headers.get("webhook-timestamp", "")
    if not sent_at.isdigit() or abs(time.time() - int(sent_at)) > 300:
        return False
    signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
    ours = [b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256")) for key in KEYS]
    theirs = headers.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(one, other) for one in ours for other in theirs)


def occurrence_key(occurrence):
    """The same instant is the same occurrence, however it is written."""
    original = occurrence["originalStart"] or {}
    if "dateTime" not in original:
        return original.get("date", occurrence["eventId"])
    return datetime.fromisoformat(original["dateTime"].replace("Z", "+00:00")).timestamp()


def apply(change):
    kind, data = change["type"].removeprefix("conference."), change["data"]
    if kind not in TYPES:
        return  # Newer than this receiver.
    find, conference = "SELECT revision, state, event FROM conferences WHERE id = ?", data["conferenceId"]
    with LOCK, DATABASE:  # The change and its revision become visible together, or not at all.
        revision, state, event = DATABASE.execute(find, [conference]).fetchone() or (0, "active", "{}")
        if data["revision"] <= revision:
            return  # A repetition, or overtaken.
        if kind == "updated":
            state, event = "active", json.dumps(data["event"])
        elif kind == "cancelled":
            state = "cancelled"
        else:
            one = data["occurrence"]
            row = [conference, occurrence_key(one), kind.removeprefix("occurrence_"), json.dumps(one)]
            DATABASE.execute("INSERT OR REPLACE INTO occurrences VALUES (?, ?, ?, ?)", row)
        row = [conference, data["revision"], state, event]
        DATABASE.execute("INSERT OR REPLACE INTO conferences VALUES (?, ?, ?, ?)", row)


class Handler(BaseHTTPRequestHandler):
    timeout = 10  # For a sender that stops in the middle.

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(min(length, 1_048_576))
        if len(body) < length:
            return self.answer(413)  # Or the sender has gone away.
        if self.path != "/hooks" or not is_verified(self.headers, body):
            return self.answer(401)
        apply(json.loads(body))
        return self.answer(200)

    def do_GET(self):
        """What is kept of a conference; the console of the sandbox and the conformance test ask for it."""
        ids = parse_qs(urlsplit(self.path).query).get("id", [""])
        with LOCK:
            row = DATABASE.execute("SELECT state, event FROM conferences WHERE id = ?", ids).fetchone()
            kept = DATABASE.execute("SELECT state, occurrence FROM occurrences WHERE conference = ?", ids).fetchall()
        if row is None:
            return self.answer(404)
        occurrences = [{**json.loads(occurrence), "state": state} for state, occurrence in kept]
        return self.answer(200, {"state": row[0], **json.loads(row[1]), "occurrences": occurrences})

    def answer(self, status, body=None):
        content = json.dumps(body or {}).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


ThreadingHTTPServer.request_queue_size = 128  # Fifty come at once after an outage; the default has room for five.
with ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Handler) as server:
    print(f"http://127.0.0.1:{server.server_port}/hooks", flush=True)
    server.serve_forever()
