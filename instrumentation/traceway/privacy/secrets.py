"""What looks like a secret in a text: the rules are those of the collector's proxy, too."""

from __future__ import annotations

from traceway_semconv.secrets import has_secret, is_secret_name, marker, redact_secrets

__all__ = ["has_secret", "is_secret_name", "marker", "redact_secrets"]
