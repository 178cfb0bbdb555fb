"""A small OIDC provider: discovery, keys, codes with PKCE, refresh, revocation, sign-out."""

from tests.oidc.provider import CLIENT, OidcProvider
from tests.oidc.tokens import KEY, jwks, signed

__all__ = ["CLIENT", "KEY", "OidcProvider", "jwks", "signed"]
