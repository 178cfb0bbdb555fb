"""Parameter types through which FastAPI's routes get their context, user and caller."""

from typing import Annotated

from fastapi import Depends

from chat.api.access import context_of, conversation_id_of, user_of
from chat.api.caller import Caller, caller_of
from chat.context import Context

AppContext = Annotated[Context, Depends(context_of)]
User = Annotated[str, Depends(user_of)]
ConversationId = Annotated[str, Depends(conversation_id_of)]
FromCaller = Annotated[Caller, Depends(caller_of)]
