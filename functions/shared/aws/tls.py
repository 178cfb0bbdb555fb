"""TLS for every connection that this process opens."""

import ssl
from functools import cache

import certifi


@cache
def tls() -> ssl.SSLContext:
    """One context for all connections: loading the CA certificates takes longer than connecting.

    No variable such as SSL_CERT_FILE changes what is trusted.
    """
    return ssl.create_default_context(cafile=certifi.where())
