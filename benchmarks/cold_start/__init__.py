"""A cold start of the chat function, compared with the usual way to run FastAPI on Lambda."""
