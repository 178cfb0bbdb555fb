"""Where the page can be reached now: at its own domain, or only at the distribution's address."""

import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass

from deploy.stack import Stack

# The canonical name of a host, and its addresses.
Resolved = tuple[str, Collection[str]]
Resolve = Callable[[str], Resolved]


def resolve(host: str) -> Resolved:
    """Return no addresses for an unknown host."""
    try:
        found = socket.getaddrinfo(host, 443, proto=socket.IPPROTO_TCP, flags=socket.AI_CANONNAME)
    except OSError:
        return host, ()
    canonical = next((name for *_, name, _ in found if name), host)
    return canonical.rstrip("."), {str(address[0]) for *_, address in found}


@dataclass(frozen=True, slots=True)
class PageDomain:
    """`reachable` is the address to check; `record` names the missing DNS record, or is empty."""

    reachable: str
    record: str = ""

    @classmethod
    def of(cls, stack: Stack, resolve: Resolve = resolve) -> "PageDomain":
        page, distribution = stack.outputs["PageUrl"], stack.outputs["DistributionDomain"]
        domain = page.removeprefix("https://")
        if domain == distribution or _leads_to(domain, distribution, resolve):
            return cls(page)
        return cls(
            f"https://{distribution}",
            f"DNS does not point {domain} to the page yet. Create this record (in Route 53 or at"
            f" the apex of a zone, an ALIAS of the same target):\n\n"
            f"    {domain}.  CNAME  {distribution}.\n\n"
            f"  Until then the page opens at https://{distribution}, but cannot chat there, because"
            f" the chat accepts requests from {page} only. Run make deploy again later to"
            " check the domain too.",
        )


def _leads_to(domain: str, distribution: str, resolve: Resolve) -> bool:
    """A CNAME shows in the canonical name; an ALIAS only in the addresses."""
    canonical, addresses = resolve(domain)
    if canonical == distribution:
        return True
    _, expected = resolve(distribution)
    return not set(addresses).isdisjoint(expected)
