"""Where a price is looked up: the user's file first, then the built-in prices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from .file import read_price_file
from .row import PriceRow

_RULES_VERSION = 1  # raise it when the same data would give other prices


class PriceBook:
    """The prices of one process. Immutable; safe to use from several threads.

    ``version`` names everything a price depends on: prices that another version resolved have to be resolved again.
    """

    def __init__(self, user_file: Path | None = None) -> None:
        """Load the built-in prices and the user's file. Raises ``PriceFileError`` for a file that cannot be used."""
        # Here, not above: it takes time and memory that an application which is only traced must not pay.
        from . import builtin

        self._builtin = builtin
        self._file = read_price_file(user_file) if user_file else None
        own = f", {self._file.name} {self._file.digest}" if self._file else ""
        self.version = f"rules {_RULES_VERSION}, genai-prices {builtin.VERSION}{own}"

    def resolve(self, provider: str, model: str, day: date) -> PriceRow:
        """The price of ``model`` at ``provider`` on ``day`` (UTC). Any strings will do; never raises.

        ``provider`` is the canonical name ('' if it is not known). The row repeats the arguments as they are.
        """
        if self._file:
            row = self._file.resolve(provider, model, day)
            if row:
                return row
        found = self._builtin.find(provider, model)
        if found is None:
            return PriceRow(provider, model, day, known=False)
        return self._builtin.price_row(found, provider, model, day)
