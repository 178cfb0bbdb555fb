"""Malformed bodies, and every route that reads a body."""

import gzip
import json
from uuid import uuid4

from ulid import ULID

CANARY = "canary-7319"
ID = str(uuid4())


def message(content: bytes) -> bytes:
    return b'{"message":{"id":"%s","content":%s}}' % (ID.encode(), content)


NOT_JSON = {
    "empty": b"",
    "space": b"  ",
    "word": CANARY.encode(),
    "open brace": b"{",
    "open string": b'{"' + CANARY.encode(),
    "trailing comma": b'{"message":{},}',
    "two documents": b"{}{}",
    "comment": b"{/*x*/}",
    "single quotes": b"{'message':1}",
    "raw newline in a string": message(b'"a\nb"'),
    "raw NUL": message(b'"a\0b"'),
    "NUL byte first": b"\0{}",
    "bad UTF-8": message(b'"\xff\xfe"'),
    "overlong UTF-8": message(b'"\xc0\xaf"'),
    "UTF-8 surrogate": message(b'"\xed\xa0\x80"'),
    "UTF-16": '{"message":1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"message":1}'.encode("utf-16-le"),
    "UTF-32": '{"message":1}'.encode("utf-32"),
    "BOM": b"\xef\xbb\xbf{}",
    "gzip": gzip.compress(b"{}"),
    "deep lists": b"[" * 30_000 + b"]" * 30_000,
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "deep open": b"[" * 60_000,
    "40 deep": b"[" * 40 + b"]" * 40,
    "NaN": b'{"temperature":NaN}',
    "Infinity": b'{"temperature":Infinity}',
    "minus Infinity": b'{"temperature":-Infinity}',
    "1e400": b'{"temperature":1e400}',
    "5,000 digits": b'{"max_tokens":' + b"9" * 5000 + b"}",
    "duplicate keys": b'{"message":1,"message":2}',
    "lone surrogate": message(b'"\\ud800"'),
    "reversed surrogates": message(b'"\\udc00\\ud800"'),
    "surrogate key": b'{"\\ud800":1}',
    "bad escape": message(b'"\\x"'),
    "form": b"message=" + CANARY.encode(),
    "XML": b"<message/>",
    "leading zero": b'{"max_tokens":01}',
    "hex": b'{"max_tokens":0x10}',
}
NOT_FITTING = {
    "null": b"null",
    "true": b"true",
    "number": b"1",
    "string": json.dumps(CANARY).encode(),
    "list": b"[]",
    "list of objects": b"[{}]",
    "unknown key": b'{"%s":1}' % CANARY.encode(),
    "prototype": b'{"__proto__":{},"message":1}',
    "null message": b'{"message":null,"messages":null,"title":1}',
    "list message": b'{"message":[],"messages":{},"title":[]}',
    "wrong id": b'{"message":{"id":"%s","content":"x"}}' % CANARY.encode(),
    "id of another type": b'{"message":{"id":1,"content":"x"}}',
    "long id": b'{"message":{"id":"%s","content":"x"}}' % (b"1" * 3000),
    "no content": b'{"message":{"id":"%s"}}' % ID.encode(),
    "empty content": message(b'""'),
    "number content": message(b"1"),
    "null content": message(b"null"),
    "list content": message(b'["x"]'),
    "escaped NUL": message(b'"a\\u0000b"'),
    "role": b'{"message":{"id":"%s","content":"x","role":"system"}}' % ID.encode(),
    "system message": b'{"messages":[{"role":"tool","content":"%s"}]}' % CANARY.encode(),
    "role that names a place": b'{"messages":[{"role":"\' - at `$.%s","content":"x"}]}'
    % CANARY.encode(),
    "URL": b'{"url":"http://169.254.169.254/","messages":[]}',
    "max_tokens text": message(b'"x"')[:-1] + b',"max_tokens":"1"}',
    "max_tokens zero": message(b'"x"')[:-1] + b',"max_tokens":0}',
    "max_tokens true": message(b'"x"')[:-1] + b',"max_tokens":true}',
    "max_tokens fraction": message(b'"x"')[:-1] + b',"max_tokens":1.5}',
    "temperature high": message(b'"x"')[:-1] + b',"temperature":2.1}',
    "temperature text": message(b'"x"')[:-1] + b',"temperature":"1"}',
    "unknown model": message(b'"x"')[:-1] + b',"model":"%s"}' % CANARY.encode(),
    "parent": message(b'"x"')[:-1] + b',"parent_id":"%s"}' % CANARY.encode(),
}
REPLY = f"/api/conversations/{ULID()}/turns/{ULID()}"
ROUTES = [
    ("POST", "/api/sessions"),
    ("POST", "/api/sessions/claim"),
    ("POST", "/api/models/warm"),
    ("POST", f"/api/conversations/{ULID()}/turns"),
    ("POST", f"{REPLY}/continue"),
    ("POST", f"{REPLY}/regenerate"),
    ("PATCH", f"/api/conversations/{ULID()}"),
    ("POST", "/api/chat"),
    ("POST", "/v1/chat/completions"),
]
