"""A cold start of the chat function, beside the usual way to run FastAPI on Lambda."""
