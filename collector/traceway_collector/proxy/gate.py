"""Who may use the proxy. Behind it may be a model server that trusts all of this machine, and browsers run on it, too.

* **Host** and **Origin** as on every port (``access``), but here every method is looked at: a GET of a page elsewhere
  has no business at a model server, and one that a browser sends without an Origin is known by ``Sec-Fetch-Site``.
* **Key**: with ``--api-key``, as ``x-traceway-key``. ``Authorization`` and ``x-api-key`` belong to the provider.
* No WebSockets and no CONNECT: this is a gateway to one target, for requests and responses.
"""

from __future__ import annotations

import h11

from ..access import Access
from ..errors import Forbidden, Unauthorized, Unsupported

_KEY = b"x-traceway-key"
_FOREIGN = (b"cross-site", b"same-site")


class Gate:
    """The checks of the proxy port."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def check(self, request: h11.Request) -> None:
        """Raises ``Forbidden``, ``Unauthorized`` or ``Unsupported``."""
        headers = list(request.headers)
        # Access takes a scope without a method for one whose origin is always looked at.
        self._access.check({"headers": headers}, needs_key=False)
        found = dict(headers)
        if b"origin" not in found and found.get(b"sec-fetch-site") in _FOREIGN:
            raise Forbidden("a web page of another origin asks for this; browsers may not", field="Sec-Fetch-Site")
        self._check_key([value for name, value in headers if name == _KEY])
        if b"websocket" in found.get(b"upgrade", b"").lower():
            raise Unsupported("WebSockets are not relayed; connect to the target itself", field="Upgrade")
        if request.method == b"CONNECT":
            raise Unsupported(
                "CONNECT is for forward proxies; give this address to your client as the base URL of the API, "
                "not as its HTTP proxy"
            )

    def _check_key(self, presented: list[bytes]) -> None:
        try:
            self._access.check_keys(presented)
        except Unauthorized:
            what = "the key in x-traceway-key is wrong" if presented else "this Traceway asks for its key"
            raise Unauthorized(
                f"{what}; send the --api-key of the server as 'x-traceway-key: KEY' (Authorization goes on to the "
                "model server as it is)",
                field="x-traceway-key",
            ) from None
