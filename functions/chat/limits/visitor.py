"""The sender of a request, as the limits see it."""

import hashlib
import hmac
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


@dataclass(frozen=True, slots=True)
class Visitor:
    """`network` is a keyed hash, so that the table never holds an address."""

    user_id: str
    network: str


def hash_network(address: str, key: str) -> str:
    """The keyed hash of the network that an address belongs to.

    An IPv6 subscriber owns at least a /64, so a /64 counts as one network.
    """
    digest = hmac.new(key.encode(), f"network {_network(address)}".encode(), hashlib.sha256)
    return digest.hexdigest()[:32]


def _network(address: str) -> str:
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ip_network((ip, 64), strict=False))
        ip = ip.ipv4_mapped
    return str(ip)
