"""Runs the ASGI app on AWS Lambda and streams what it sends, chunk by chunk.

Lambda's own Python runtime cannot stream a response yet. When it can, this package and
`chat/bootstrap` go, and nothing else changes.
"""
