"""Which address `make deploy` checks, and what it says about DNS."""

import socket
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deploy.domain import PageDomain, Resolved, resolve
from deploy.stack import Stack

DISTRIBUTION = "d1234.cloudfront.net"
DOMAIN = "chat.example.com"


def stack(page: str) -> Stack:
    outputs = {"PageUrl": f"https://{page}", "DistributionDomain": DISTRIBUTION}
    return cast(Stack, SimpleNamespace(outputs=outputs))


def of(records: dict[str, Resolved]) -> PageDomain:
    return PageDomain.of(stack(DOMAIN), lambda host: records.get(host, (host, ())))


def test_without_a_domain_the_distributions_address_is_checked() -> None:
    assert PageDomain.of(stack(DISTRIBUTION)) == PageDomain(f"https://{DISTRIBUTION}")


@pytest.mark.parametrize(
    "records",
    [
        {},
        {DOMAIN: (DOMAIN, ["192.0.2.1"]), DISTRIBUTION: (DISTRIBUTION, ["198.51.100.1"])},
        {DOMAIN: ("d9999.cloudfront.net", ["192.0.2.1"])},
    ],
    ids=["no record", "another server", "another distribution"],
)
def test_while_dns_leads_elsewhere_the_distribution_is_checked_and_the_record_printed(
    records: dict[str, Resolved],
) -> None:
    found = of(records)
    assert found.reachable == f"https://{DISTRIBUTION}"
    assert f"{DOMAIN}.  CNAME  {DISTRIBUTION}." in found.record
    assert f"the chat accepts requests from https://{DOMAIN} only" in found.record


@pytest.mark.parametrize(
    "records",
    [
        {DOMAIN: (DISTRIBUTION, ["198.51.100.1"])},
        {
            DOMAIN: (DOMAIN, ["198.51.100.1", "198.51.100.2"]),
            DISTRIBUTION: (DISTRIBUTION, ["198.51.100.2", "198.51.100.3"]),
        },
    ],
    ids=["CNAME", "ALIAS"],
)
def test_once_dns_leads_to_the_distribution_the_domain_is_checked(
    records: dict[str, Resolved],
) -> None:
    assert of(records) == PageDomain(f"https://{DOMAIN}")


def test_resolving_returns_the_canonical_name_and_the_addresses() -> None:
    canonical, addresses = resolve("localhost")
    assert canonical
    assert {"127.0.0.1", "::1"} & set(addresses)


def test_an_unknown_host_has_no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert resolve(DOMAIN) == (DOMAIN, ())
