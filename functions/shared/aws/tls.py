"""TLS of every connection that this process opens."""

import ssl
from functools import cache

import httpx


@cache
def tls() -> ssl.SSLContext:
    """One for all: reading the certificates of all authorities takes longer than a connection.

    Neither SSL_CERT_FILE nor any other variable changes what is trusted.
    """
    return httpx.create_ssl_context(trust_env=False)
