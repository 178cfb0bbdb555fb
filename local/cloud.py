"""The local cloud: every part started in order, wired together, and stopped."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TypeVar

from local.child import Log
from local.cold_start import ColdStart
from local.console import prefixed
from local.dynamodb import dynamodb_local, ministack, open_port
from local.faults import fault_gateway
from local.function import Function
from local.function_url import FunctionUrl
from local.gateway import LocalGateway
from local.http_server import Handler, Server
from local.intrinsics import TemplateError
from local.lambda_api import LambdaApi
from local.model import local_model
from local.page import Page
from local.page_headers import page_headers
from local.relay import relaying
from local.scheduler import keep_schedule
from local.settings import local_variables, parameters, provider, session_secret
from local.table import create_table
from local.template import Cors, FunctionDefinition, Template
from shared.settings import Settings

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
_KNOWN_LATER = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Options:
    """Ports: 0 takes a free one. Times in seconds. `settings` win over the template's values.

    `also_on` is an address at which gateway and table answer beside 127.0.0.1.
    """

    page_port: int = 0
    url_port: int = 0
    gateway_port: int = 0
    dynamodb_port: int = 0
    dynamodb: Literal["ministack", "local"] = "ministack"
    gateway: Literal["model", "faults"] = "model"
    environments: int = 10
    warmup: bool = True
    cold_s: float = 0
    unload_s: float = 300
    down: frozenset[str] = frozenset()
    settings: Mapping[str, str] = field(default_factory=dict)
    state: Path = ROOT / ".local"
    page: Path = ROOT / "web" / "dist"
    also_on: str = ""
    echo: Callable[[str], None] = print


class LocalCloud:
    """`async with LocalCloud(options) as cloud:`

    Raises PortTaken, NoSuchAddress, EngineMissing, ModelMissing, TemplateError or SettingsError on
    entry.
    """

    page_url: str
    function_url: str
    gateway_url: str
    dynamodb_url: str
    table_name: str

    def __init__(self, options: Options | None = None) -> None:
        self._options = options or Options()
        # There is a gateway, known later, so the schedule is on.
        chosen = {"GatewayUrl": _KNOWN_LATER, **parameters(self._options.settings)}
        self._template = Template.read(ROOT / "template.yaml", chosen)
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> "LocalCloud":
        try:
            await self._start()
        except BaseException:
            await self._closing.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._closing.aclose()

    async def _start(self) -> None:
        # What can be wrong is found before anything heavy starts.
        page, url = self._listen(self._options.page_port), self._listen(self._options.url_port)
        self.page_url, self.function_url = page.url, url.url
        models = self._served_models()

        self.gateway_url = self._options.settings.get("LIVEPEER_GATEWAY_URL", "")
        if not self.gateway_url and self._options.gateway == "faults":
            self.gateway_url = await self._enter(fault_gateway(self._options.gateway_port))
        elif not self.gateway_url:
            self.gateway_url = await self._start_gateway(models)
        self.dynamodb_url = await self._start_dynamodb()
        if also_on := self._options.also_on:
            await self._enter(relaying(also_on, *self._local_urls()))
        api = LambdaApi(self._log("lambda"))
        self._closing.push_async_callback(api.close)
        lambda_server = self._listen(0)
        await self._serve(lambda_server, api.handle)
        functions = [
            await self._start_function(each, lambda_server.url)
            for each in self._template.functions()
        ]
        for each in functions:
            api.add(each)
        function = next((each for each in functions if each.definition.has_url), None)
        if function is None:
            raise TemplateError("template.yaml gives no function an AWS::Lambda::Url.")
        cors = self._cors(function.definition.cors)
        await self._serve(url, FunctionUrl(function, cors, url.port).handle)
        headers = page_headers(self._template.page_headers_policy(), self.function_url)
        oidc = provider(self._options.settings)
        files = Page(self._options.page, self.function_url, headers, oidc)
        await self._serve(page, files.handle)
        if self._options.warmup:
            await self._start_schedules(functions)

    def _local_urls(self) -> list[str]:
        """What answers at 127.0.0.1 only: DynamoDB Local does so at every address."""
        gateway = [] if self._options.settings.get("LIVEPEER_GATEWAY_URL") else [self.gateway_url]
        table = [] if self._options.dynamodb == "local" else [self.dynamodb_url]
        return gateway + table

    async def _start_gateway(self, models: frozenset[str]) -> str:
        server = self._listen(self._options.gateway_port)
        self._options.echo("Loading the model…")
        model_url = await self._enter(local_model(self._log("model")))
        cold_start = ColdStart(self._options.cold_s, self._options.unload_s)
        gateway = LocalGateway(model_url, models - self._options.down, cold_start)
        await self._enter(gateway.running())
        await self._serve(server, gateway.handle)
        return server.url

    async def _start_dynamodb(self) -> str:
        self._options.echo("Starting DynamoDB…")
        log = self._log("dynamodb")
        port = open_port(self._options.dynamodb_port)
        engine = (
            dynamodb_local(log, port=port)
            if self._options.dynamodb == "local"
            else ministack(self._options.state, log, port)
        )
        endpoint = await self._enter(engine)
        table = self._template.table()
        self.table_name = self._options.settings.get("TABLE_NAME", table.name)
        created = await create_table(endpoint, dataclasses.replace(table, name=self.table_name))
        self._options.echo("Table ready, empty." if created else "Table ready, as it was left.")
        return endpoint

    async def _start_function(self, definition: FunctionDefinition, lambda_url: str) -> Function:
        local = {
            "LIVEPEER_GATEWAY_URL": self.gateway_url,
            "TABLE_NAME": self.table_name,
            "SESSION_SECRET": session_secret(self._options.state),
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb_url,
            "AWS_ENDPOINT_URL_LAMBDA": lambda_url,
        }
        function = Function(
            dataclasses.replace(definition, variables=self._variables(definition, local)),
            ROOT / definition.code,
            self._log(definition.name.removesuffix("Function").lower()),
            cap=self._options.environments,
        )
        return await self._enter(function.running())

    async def _start_schedules(self, functions: list[Function]) -> None:
        for function in functions:
            if schedule := function.definition.schedule:
                log = self._log("schedule")
                await self._enter(_background(keep_schedule(function, schedule, log)))

    def _served_models(self) -> frozenset[str]:
        """Raises SettingsError if the functions could not start."""
        known_later = {"LIVEPEER_GATEWAY_URL": _KNOWN_LATER, "TABLE_NAME": "Table"}
        return frozenset(
            model.id
            for definition in self._template.functions()
            for model in Settings.from_env(self._variables(definition, known_later)).models
        )

    def _variables(
        self, definition: FunctionDefinition, local: Mapping[str, str]
    ) -> dict[str, str]:
        return local_variables(definition.variables, local, self._options.settings)

    def _cors(self, cors: Cors | None) -> Cors | None:
        """The template's, but for the origin: here the page has another address."""
        if cors is None or "*" in cors.origins:
            return cors
        page = (self.page_url, self.page_url.replace("127.0.0.1", "localhost"))
        return dataclasses.replace(cors, origins=page)

    def _listen(self, port: int) -> Server:
        server = Server(port)
        self._closing.callback(server.close)
        return server

    async def _serve(self, server: Server, handler: Handler) -> None:
        await self._enter(server.serving(handler))

    async def _enter(self, context: AbstractAsyncContextManager[T]) -> T:
        return await self._closing.enter_async_context(context)

    def _log(self, name: str) -> Log:
        return prefixed(name, self._options.echo)


@asynccontextmanager
async def _background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
