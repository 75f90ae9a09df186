"""Secrets are found wherever they stand, and nothing else is."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import uuid

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from traceway.privacy.secrets import has_secret, is_secret_name, redact_secrets

from . import secret_samples

NO_SECRETS = [
    "The password must be eight characters or more, the token is sent by mail.",
    "Password: must be eight characters",
    "the bearer responsibilities are yours, token by token: slowly",
    '{"max_tokens": 500, "token_count": 12, "total_tokens": "120"}',
    '{"properties": {"password": {"type": "string"}, "token": "string", "api_key": null}}',
    "password: str = None",
    'api_key=os.environ["OPENAI_API_KEY"], secret=get_secret(), token = config.token',
    "postgres://${USER}@db/x and http://localhost:8080/a?mail=b@example.org",
    "password=${DB_PASSWORD} secret=<your secret> token={{token}} PASSWORD=********",
    "task-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa disk-usage-is-high sk-fading-circle-animation",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----\nMIIB",
    "See https://example.org/secret/plan, key: value, keyboard=qwerty, monkey=banana7banana7",
    "eyJhbGciOiJIUzI1NiJ9 alone is no token",
]


@pytest.mark.parametrize("text", NO_SECRETS)
def test_ordinary_texts_have_none(text):
    for wrapped in (text, json.dumps([text]), json.dumps(json.dumps({"a": text}))):
        assert redact_secrets(wrapped) is wrapped


def test_uuids_hashes_and_images_have_none():
    numbers = random.Random(7)
    for _ in range(300):
        data = numbers.randbytes(48)
        text = (
            f"{uuid.UUID(bytes=data[:16])} sha256:{hashlib.sha256(data).hexdigest()} {hashlib.sha1(data).hexdigest()}"
        )
        assert not has_secret(text)
    image = base64.b64encode(numbers.randbytes(2_000_000)).decode()
    assert not has_secret(f"data:image/png;base64,{image}")
    assert not has_secret(base64.urlsafe_b64encode(numbers.randbytes(2_000_000)))


plain = st.text(st.characters(exclude_categories=["Cs"]))
boundary = st.sampled_from([" ", "\n", "\t", '"', "(", "é", ", ", "\u2028", ""])


@given(plain, boundary, secret_samples.ANY, st.sampled_from([" ", "\n", '"', ")", ",", ""]), plain)
def test_a_secret_in_any_text_is_removed(before, start, sample, end, after):
    text, secret = sample
    assume(secret not in before + after)
    assert secret not in redact_secrets(f"{before}{start or ' '}{text}{end or ' '}{after}")


@given(plain, secret_samples.ANY, st.integers(0, 3), st.booleans())
def test_a_secret_in_json_in_json_is_removed_and_it_stays_json(before, sample, depth, ascii_only):
    text, secret = sample
    assume(secret not in before)
    wrapped = f"{before}\n{text}\nend"
    for _ in range(depth):
        wrapped = json.dumps({"role": "user", "content": wrapped}, ensure_ascii=ascii_only)
    redacted = redact_secrets(wrapped)
    for _ in range(depth):
        redacted = json.loads(redacted)["content"]
    assert secret not in redacted


@given(secret_samples.ANY)
def test_redaction_is_done_once_and_for_all(sample):
    once = redact_secrets(sample[0])
    assert "[redacted:" in once
    assert redact_secrets(once) == once
    assert has_secret(sample[0].encode())


@given(st.text())
def test_any_text_is_taken(text):
    redact_secrets(text)


@given(st.binary())
def test_any_bytes_are_taken(data):
    has_secret(data)


def test_time_grows_with_the_text_and_not_faster():
    """Texts made to be slow: each would take minutes if a rule looked again and again."""
    for hostile in (
        "token=",
        'password:"',
        "-----BEGIN PRIVATE KEY-----",
        "eyJ.",
        "://a:",
        "bearer ",
        "key" * 3,
        'secret=\\"',
    ):
        redact_secrets(hostile * 20_000)


def test_names_that_say_their_value_is_a_secret():
    said = [
        "password",
        "db.password",
        "Authorization",
        "x-api-key",
        "clientSecret",
        "AWS_SECRET_ACCESS_KEY",
        "set-cookie",
    ]
    assert [name for name in said if not is_secret_name(name)] == []
    harmless = ["key", "max_tokens", "monkey", "token_count", "gen_ai.usage.input_tokens", "keyword", "secretary"]
    assert [name for name in harmless if is_secret_name(name)] == []
