"""Images, sounds, videos and documents of every dialect as the OTel parts blob, file and uri."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

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
    """The part of a block that is a medium, None for every other block."""
    kind = block.get("type", block.get("kind"))
    if kind is None:
        kind = next((key for key in _UNTYPED if key in block), None)
        if kind is None:
            return None
        modality = _WRAPPERS.get(kind)
    elif isinstance(kind, str) and kind in _TYPES:
        modality = _TYPES[kind]
    else:
        return None
    return _located(block, _known_modality(block, modality), _first_text(block, _MIME_KEYS), depth=0)


def part_of_url(url: str, modality: str | None = None, mime_type: str | None = None) -> Part:
    """A blob for a data URL or bare base64, a uri for any other address."""
    if match := _DATA_URL.match(url):
        mime_type = match[1] or mime_type
        return _part("blob", modality, mime_type, content=url[match.end() :])
    if _SCHEME.match(url) or len(url) < 64:
        return _part("uri", modality, mime_type, uri=url)
    return _part("blob", modality, mime_type, content=url)


def _located(holder: Any, modality: str | None, mime_type: str | None, depth: int) -> Part | None:
    """The part that ``holder``, or what it wraps, points to."""
    if isinstance(holder, str) and holder:
        return part_of_url(holder, modality, mime_type)
    if isinstance(holder, bytes):
        return _part("blob", modality, mime_type, content=holder)
    if not isinstance(holder, Mapping) or depth > 3:
        return None
    mime_type = mime_type or _first_text(holder, _MIME_KEYS)
    if url := _first_text(holder, _URL_KEYS):
        return part_of_url(url, modality, mime_type)
    if file_id := _first_text(holder, _FILE_KEYS):
        return _part("file", modality, mime_type, file_id=file_id)
    for key in _DATA_KEYS:
        data = holder.get(key)
        if isinstance(data, bytes) or (isinstance(data, str) and data):
            if isinstance(data, str) and (_DATA_URL.match(data) or _SCHEME.match(data)):
                return part_of_url(data, modality, mime_type)
            return _part("blob", modality, mime_type, content=data)
    for key, says in _WRAPPERS.items():
        if key in holder and (part := _located(holder[key], modality or says, mime_type, depth + 1)):
            return part
    return None


def _known_modality(block: Mapping[str, Any], modality: str | None) -> str | None:
    said = block.get("modality")
    return said if isinstance(said, str) and said else modality


def _first_text(block: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((value for key in keys if isinstance(value := block.get(key), str) and value), None)


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
