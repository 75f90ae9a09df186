"""Images, sounds, videos and documents of every dialect as the OTel parts blob, file and uri."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from .lookup import first_text, type_of
from .model import Part

_DATA_URL: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w=.+-]+)*?(;base64)?,", re.ASCII)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.ASCII | re.IGNORECASE)

# Where dialects put things, best first.
_MIME_KEYS: Final = ("mime_type", "media_type", "mimeType", "mediaType", "contentType", "format")
_URL_KEYS: Final = ("uri", "url", "file_url", "file_uri", "fileUri")
_FILE_KEYS: Final = ("file_id", "fileId")
_DATA_KEYS: Final = ("data", "bytes", "file_data", "binary_content", "base64", "content")

# The key of a block under which its medium lies -> the modality it says.
_WRAPPERS: Final[Mapping[str, str | None]] = {
    "image_url": "image",
    "video_url": "video",
    "audio_url": "audio",
    "input_audio": "audio",
    "inline_data": None,
    "inlineData": None,
    "file_data": None,
    "fileData": None,
    "source": None,
    "media": None,
    "file": None,
    "image": "image",
    "video": "video",
    "audio": "audio",
    "document": "document",
    "data": None,
}
_TYPES: Final[Mapping[str, str | None]] = {
    "image": "image",
    "image_url": "image",
    "image-url": "image",
    "input_image": "image",
    "audio": "audio",
    "audio-url": "audio",
    "input_audio": "audio",
    "video": "video",
    "video_url": "video",
    "video-url": "video",
    "document": "document",
    "document-url": "document",
    "file": None,
    "input_file": None,
    "media": None,
    "binary": None,
    "blob": None,
    "uri": None,
}
# Blocks without a type that are media by the only key they have (Gemini, Bedrock, Genkit).
MEDIA_WRAPPERS: Final = ("inlineData", "inline_data", "fileData", "file_data", "media")
_UNTYPED: Final = (*MEDIA_WRAPPERS, "image", "video", "audio", "document")


def media_part(block: Mapping[str, Any]) -> Part | None:
    """The part of a block that is a medium, None for every other block.

    A medium that was recorded without its content becomes ``{"type": "omitted", "modality", "mime_type"?}``: that there
    was an image is worth showing.
    """
    kind = type_of(block)
    if kind is None:
        kind = next((key for key in _UNTYPED if key in block), None)
        modality = _WRAPPERS.get(kind or "")
    else:
        modality = _TYPES.get(kind)
        kind = kind if kind in _TYPES else None
    if kind is None:
        return None
    modality = first_text(block, ("modality",)) or modality
    mime_type = first_text(block, _MIME_KEYS)
    source = block.get("source")
    if isinstance(source, Mapping) and source.get("type") == "text" and isinstance(source.get("data"), str):
        return {"type": "text", "content": source["data"]}  # Anthropic's plain text documents
    return _located(block, modality, mime_type, depth=0) or _part("omitted", modality, mime_type)


def part_of_address(text: str, modality: str | None = None, mime_type: str | None = None) -> Part:
    """A uri for an address, a blob for a data URL and for anything else: that is base64."""
    if match := _DATA_URL.match(text):
        return _part("blob", modality, match[1] or mime_type, content=text[match.end() :])
    if _SCHEME.match(text):
        return _part("uri", modality, mime_type, uri=text)
    return _part("blob", modality, mime_type, content=text)


def _located(holder: Any, modality: str | None, mime_type: str | None, depth: int) -> Part | None:
    """The part that ``holder``, or what it wraps, points to."""
    if isinstance(holder, str) and holder:
        return part_of_address(holder, modality, mime_type)
    if isinstance(holder, bytes):
        return _part("blob", modality, mime_type, content=holder)
    if not isinstance(holder, Mapping) or depth > 3:
        return None
    mime_type = mime_type or first_text(holder, _MIME_KEYS)
    if url := first_text(holder, _URL_KEYS):
        is_data = _DATA_URL.match(url) is not None
        return part_of_address(url, modality, mime_type) if is_data else _part("uri", modality, mime_type, uri=url)
    if file_id := first_text(holder, _FILE_KEYS):
        return _part("file", modality, mime_type, file_id=file_id)
    for key in _DATA_KEYS:
        data = holder.get(key)
        if isinstance(data, bytes) or (isinstance(data, str) and data):
            return _located(data, modality, mime_type, depth)
    for key, says in _WRAPPERS.items():
        if key in holder and (part := _located(holder[key], modality or says, mime_type, depth + 1)):
            return part
    return None


def _part(kind: str, modality: str | None, mime_type: str | None, **where: str | bytes) -> Part:
    if mime_type and "/" not in mime_type:
        mime_type = f"{modality or 'application'}/{mime_type}"  # OpenAI's and Bedrock's bare "wav", "png"
    if modality is None and mime_type:
        family = mime_type.partition("/")[0].lower()
        modality = family if family in ("image", "audio", "video") else "document"
    part: Part = {"type": kind, "modality": modality or "document"}
    if mime_type:
        part["mime_type"] = mime_type
    return {**part, **where}
