"""The self-check: does the deployment work, as a browser sees it?"""

import json
from collections.abc import Callable

import boto3
import httpx

from deploy.address import emulated
from deploy.page_config import api_url, page_config
from deploy.stack import Stack
from deploy.steps import say
from deploy.turn import take_turn

# An origin that is never the page's.
_STRANGER = "https://stranger.example"
_PERMISSIONS = {
    ("lambda:InvokeFunctionUrl", "StringEquals", "lambda:FunctionUrlAuthType", "NONE"),
    ("lambda:InvokeFunction", "Bool", "lambda:InvokedViaFunctionUrl", "true"),
}


class CheckFailed(Exception):
    """The message says what is wrong."""


class SelfCheck:
    def __init__(self, stack: Stack, http: httpx.Client, page_address: str = "") -> None:
        """`page_address` serves the page while its own domain does not yet."""
        self._stack = stack
        self._http = http
        self._served_at = page_address or stack.outputs["PageUrl"]
        self._api = api_url(stack)
        self._page = stack.outputs["PageUrl"]

    def run(self) -> bool:
        """Print each result. Return whether all passed."""
        checks: list[tuple[str, Callable[[], str]]] = [
            ("page", self.page),
            ("permissions", self.permissions),
            ("health", self.health),
            ("CORS", self.cors),
            ("sign-in", self.sessions),
            ("warm-up", self.warming),
            ("streaming", self.streaming),
        ]
        results = [_shown(name, check) for name, check in checks]
        return all(results)

    def page(self) -> str:
        page = self._ask("GET", self._served_at)
        if f"connect-src 'self' {self._api}" not in page.text:
            raise CheckFailed("the page served is not the one just uploaded")
        if "content-security-policy" not in page.headers:
            raise CheckFailed("it has no Content-Security-Policy")
        if self._ask("GET", f"{self._served_at}/c/0").content != page.content:
            raise CheckFailed("a view of the page does not return the page")
        if self._ask("GET", f"{self._served_at}/config.json").json() != page_config(self._stack):
            raise CheckFailed("config.json is not the one just uploaded")
        return f"served with its headers at {self._served_at}"

    def permissions(self) -> str:
        policy = boto3.client("lambda").get_policy(
            FunctionName=self._stack.outputs["ChatFunctionArn"]
        )
        found = {
            (statement["Action"], operator, key, str(value).lower().replace("none", "NONE"))
            for statement in json.loads(policy["Policy"])["Statement"]
            for operator, conditions in statement.get("Condition", {}).items()
            for key, value in conditions.items()
        }
        if missing := sorted(action for action, *_ in _PERMISSIONS - found):
            raise CheckFailed(f"the Function URL lacks {', '.join(missing)}")
        return "the Function URL has both"

    def health(self) -> str:
        if self._ask("GET", f"{self._api}/healthz").json() != {"status": "ok"}:
            raise CheckFailed("/healthz does not say ok")
        return "ok"

    def cors(self) -> str:
        allowed = self._allowed_origins(self._page)
        if allowed != [self._page]:
            raise CheckFailed(f"the page is answered with {allowed or 'no allowed origin'}")
        if stranger := self._allowed_origins(_STRANGER):
            raise CheckFailed(f"a stranger is answered with {stranger}")
        preflight_headers = {
            "origin": self._page,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        }
        preflight = self._http.options(f"{self._api}/api/models/warm", headers=preflight_headers)
        if preflight.is_error or _allowed_origins(preflight) != [self._page]:
            raise CheckFailed("the preflight request is refused")
        return "the page alone, once"

    def sessions(self) -> str:
        conversations = f"{self._api}/api/conversations"
        self._http.headers.pop("authorization", None)
        if (status := self._http.get(conversations).status_code) != httpx.codes.UNAUTHORIZED:
            raise CheckFailed(f"without a token the answer is {status}, not 401")
        token = self._ask("POST", f"{self._api}/api/sessions", json={}).json()["token"]
        self._http.headers["authorization"] = f"Bearer {token}"
        self._ask("GET", conversations)
        return "refused without a token, accepted with one"

    def warming(self) -> str:
        default = self._ask("GET", f"{self._api}/api/models").json()["default"]
        self._ask("POST", f"{self._api}/api/models/warm", json={"model": default})
        return f"{default} is being warmed"

    def streaming(self) -> str:
        turn = take_turn(self._http, self._api)
        if turn.done.get("outcome") not in ("complete", "length"):
            error = turn.done.get("error") or {}
            raise CheckFailed(
                f"the reply ended with {turn.done.get('outcome', 'no outcome')}. "
                f"{error.get('message', '')}".rstrip()
            )
        if emulated():
            return "a reply arrived in one piece, because emulators buffer"
        if not turn.streamed:
            raise CheckFailed(
                f"everything arrived within {turn.spread_ms:.0f} ms: something buffers"
            )
        return f"{len(turn.arrivals)} parts over {turn.spread_ms:.0f} ms"

    def _allowed_origins(self, origin: str) -> list[str]:
        return _allowed_origins(self._http.get(f"{self._api}/healthz", headers={"origin": origin}))

    def _ask(self, method: str, url: str, **arguments: object) -> httpx.Response:
        return self._http.request(method, url, **arguments).raise_for_status()  # type: ignore[arg-type]  # passed on


def _allowed_origins(answer: httpx.Response) -> list[str]:
    return answer.headers.get_list("access-control-allow-origin")


def _shown(name: str, check: Callable[[], str]) -> bool:
    try:
        found = check()
    except (CheckFailed, httpx.HTTPError, ValueError, KeyError) as failure:
        say(f"      FAILED  {name}: {str(failure).splitlines()[0]}")
        return False
    say(f"      ok      {name}: {found}")
    return True
