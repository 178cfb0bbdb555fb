"""Health, sessions and models."""

from typing import Any

from fastapi import APIRouter, Request

from chat.access import AppContext, User
from chat.bodies import Body, read_body

router = APIRouter()


class SessionBody(Body):
    """Takes nothing yet; the body may be `{}` or left out."""


@router.get("/healthz")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@router.post("/api/sessions")
async def start_session(request: Request, context: AppContext) -> dict[str, Any]:
    if request.headers.get("content-length", "0") != "0" or "content-type" in request.headers:
        await read_body(request, SessionBody)
    session = (await context.sessions()).start()
    return {
        "token": session.token,
        "user_id": session.user_id,
        "expires_at": session.expires_at,
    }


@router.get("/api/models")
async def list_models(context: AppContext, user: User) -> dict[str, Any]:
    settings = context.settings
    models = [
        {
            "id": model.id,
            "label": model.label,
            "notes": model.notes,
            "vram_gb": model.vram_gb,
            "context_window": model.context_window,
            "warmth": {"state": "unknown", "first_token_ms": None, "checked_at": None},
        }
        for model in settings.models
    ]
    return {"default": settings.default_model, "models": models}
