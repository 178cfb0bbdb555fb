"""An HTTP/1.1 server that shows the wire as it is: chunk by chunk, trailers, broken answers."""

from local.http_server.exchange import BodyTooLarge, Exchange
from local.http_server.server import Handler, PortTaken, Server

__all__ = ["BodyTooLarge", "Exchange", "Handler", "PortTaken", "Server"]
