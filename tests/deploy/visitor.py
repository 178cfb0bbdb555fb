"""A person who talks to a deployed chat."""

from uuid import uuid4

import httpx

QUESTION = "Say it."


class Visitor:
    def __init__(self, http: httpx.Client, outputs: dict[str, str]) -> None:
        """Start a session. `outputs` are the stack's."""
        self._http = http
        self._api = f"{outputs['FunctionUrl']}api"
        session = http.post(f"{self._api}/sessions", json={}).json()
        http.headers["authorization"] = f"Bearer {session['token']}"

    def ask(self, conversation: str) -> str:
        """Return the events of the turn."""
        message = {"id": str(uuid4()), "content": QUESTION}
        turns = f"{self._api}/conversations/{conversation}/turns"
        return self._http.post(turns, json={"message": message}).text
