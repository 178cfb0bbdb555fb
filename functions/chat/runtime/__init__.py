"""Runs the ASGI app on AWS Lambda and streams its responses chunk by chunk.

Lambda's own Python runtime cannot stream responses yet. Once it can, this package and
`chat/bootstrap` can be deleted; nothing else changes.
"""
