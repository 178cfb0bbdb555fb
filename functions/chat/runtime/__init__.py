"""Runs the ASGI app on AWS Lambda and streams its responses chunk by chunk.

Lambda's own Python runtime cannot stream responses yet. Once it can, `chat/bootstrap` and most of
this package can be deleted; see the watch list in docs/architecture.md.
"""
