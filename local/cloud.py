"""The local cloud: starts every part in order, connects them, and stops them."""

import dataclasses
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import TracebackType
from typing import TypeVar

from local.child import Log
from local.cold_start import ColdStart
from local.console import prefixed
from local.cors import allowing
from local.deployment import offered_models, read_template
from local.dynamodb import dynamodb_local, ministack, open_port
from local.event_queue import EventQueue
from local.faults import fault_gateway
from local.function import Function
from local.function_url import FunctionUrl
from local.gateway import LocalGateway
from local.http_server import Handler, Server
from local.intrinsics import TemplateError
from local.lambda_api import LambdaApi
from local.model import local_model
from local.options import ROOT, Options
from local.page import Page
from local.page_headers import page_headers
from local.relay import relaying
from local.scheduler import scheduling
from local.settings import local_variables, provider, session_secret
from local.stand_ins import stand_ins
from local.table import create_table, forget_warmth
from local.template import FunctionDefinition
from shared.models import Model

__all__ = ["ROOT", "LocalCloud", "Options"]

T = TypeVar("T")


class LocalCloud:
    """`async with LocalCloud(options) as cloud:`

    Entering raises PortTaken, NoSuchAddress, EngineMissing, ModelMissing, TemplateError or
    SettingsError.
    """

    page_url: str
    function_url: str
    gateway_url: str
    dynamodb_url: str
    table_name: str

    def __init__(self, options: Options | None = None) -> None:
        self._options = options or Options()
        self._template = read_template(self._options.settings)
        self._events = EventQueue(self._log("lambda"))
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
        # Fail on a taken port or a wrong setting before anything slow starts.
        page, url = self._listen(self._options.page_port), self._listen(self._options.url_port)
        self.page_url, self.function_url = page.url, url.url
        models = offered_models(self._template, self._options.settings)

        self.gateway_url = self._options.real_gateway_url or await self._start_gateway(models)
        self.dynamodb_url = await self._start_dynamodb()
        if also_on := self._options.also_on:
            await self._enter(relaying(also_on, *self._loopback_urls()))
        functions = await self._start_functions(models)
        await self._serve_function_url(url, functions)
        await self._serve_page(page)
        if self._options.warmup:
            for function in functions:
                if schedule := function.definition.schedule:
                    await self._enter(scheduling(function, schedule, self._events))

    async def _start_gateway(self, models: tuple[Model, ...]) -> str:
        if self._options.gateway == "faults":
            return await self._enter(fault_gateway(self._options.gateway_port))
        server = self._listen(self._options.gateway_port)
        self._options.echo("Loading the model…")
        model_url = await self._enter(local_model(self._log("model")))
        cold_start = ColdStart(self._options.cold_s, self._options.unload_s)
        served = frozenset(model.id for model in models) - self._options.down
        gateway = await self._enter(LocalGateway(model_url, served, cold_start).running())
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
        self._options.echo("Created an empty table." if created else "Using the existing table.")
        if not created and not self._options.real_gateway_url:
            await forget_warmth(endpoint, self.table_name)
        return endpoint

    def _loopback_urls(self) -> list[str]:
        """List what answers at 127.0.0.1 only. DynamoDB Local listens at every address."""
        gateway = [] if self._options.real_gateway_url else [self.gateway_url]
        table = [] if self._options.dynamodb == "local" else [self.dynamodb_url]
        return gateway + table

    async def _start_functions(self, models: tuple[Model, ...]) -> list[Function]:
        api = LambdaApi(self._events)
        server = self._listen(0)
        await self._serve(server, api.handle)
        local = {
            "LIVEPEER_GATEWAY_URL": self.gateway_url,
            "TABLE_NAME": self.table_name,
            "SESSION_SECRET": session_secret(self._options.state),
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb_url,
            "AWS_ENDPOINT_URL_LAMBDA": server.url,
        }
        if not self._options.real_gateway_url:
            local["LIVEPEER_MODELS"] = stand_ins(self._options.gateway, models)
        functions = []
        for definition in self._template.functions():
            function = Function(
                dataclasses.replace(definition, variables=self._variables(definition, local)),
                ROOT / definition.code,
                self._log(definition.name.removesuffix("Function").lower()),
                cap=self._options.environments,
            )
            functions.append(await self._enter(function.running()))
            api.add(function)
        # Before the functions stop: an event would start another environment.
        self._closing.push_async_callback(self._events.close)
        return functions

    async def _serve_function_url(self, server: Server, functions: list[Function]) -> None:
        function = next((each for each in functions if each.definition.has_url), None)
        if function is None:
            raise TemplateError("template.yaml gives no function an AWS::Lambda::Url.")
        cors = allowing(self.page_url, function.definition.cors)
        await self._serve(server, FunctionUrl(function, cors, server.port).handle)

    async def _serve_page(self, server: Server) -> None:
        headers = page_headers(self._template.page_headers_policy(), self.function_url)
        oidc = provider(self._options.settings)
        await self._serve(server, Page(self._options.page, self.function_url, headers, oidc).handle)

    def _variables(
        self, definition: FunctionDefinition, local: Mapping[str, str]
    ) -> dict[str, str]:
        return local_variables(definition.variables, local, self._options.settings)

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
