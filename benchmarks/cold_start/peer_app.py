"""The usual setup: FastAPI under uvicorn, behind Lambda Web Adapter.

It does less than the chat: two writes of the table for a turn, no session, no limits.
"""

import json
import os
from collections.abc import AsyncIterator
from uuid import uuid4

import boto3
import httpx
from aws_lambda_powertools import Logger, Metrics
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

logger = Logger(service="peer")
metrics = Metrics(namespace="Peer", service="peer")
dynamodb = boto3.client("dynamodb")
http = httpx.AsyncClient(timeout=60)
app = FastAPI()


class Turn(BaseModel):
    content: str


@app.get("/healthz")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/turns")
async def send(turn: Turn) -> StreamingResponse:
    await _put(turn.content)
    return StreamingResponse(_reply(turn), media_type="text/event-stream")


async def _reply(turn: Turn) -> AsyncIterator[str]:
    body = {
        "model": "m",
        "messages": [{"role": "user", "content": turn.content}],
        "stream": True,
        "max_tokens": 64,
    }
    text = ""
    async with http.stream("POST", os.environ["LIVEPEER_GATEWAY_URL"], json=body) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                piece = json.loads(line[6:])["choices"][0]["delta"]["content"]
                text += piece
                yield f"data: {json.dumps({'content': piece})}\n\n"
    await _put(text)


async def _put(text: str) -> None:
    item = {"pk": {"S": "PEER"}, "sk": {"S": str(uuid4())}, "content": {"S": text}}
    table = os.environ["TABLE_NAME"]
    await run_in_threadpool(dynamodb.put_item, TableName=table, Item=item)
