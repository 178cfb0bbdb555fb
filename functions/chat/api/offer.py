"""The models on offer, as a request names them."""

from chat.api.errors import ApiError
from shared.models import Model
from shared.settings import Settings


def known_model(settings: Settings, model_id: str | None) -> Model | None:
    """The model asked for, None if none was. Raises ApiError 422 when it is not on offer."""
    model = settings.model(model_id) if model_id else None
    if model_id and model is None:
        raise ApiError(
            422,
            "unknown_model",
            "This model is not on offer. GET /api/models lists those that are.",
            param="model",
        )
    return model
