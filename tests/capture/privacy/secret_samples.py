"""Secrets of every form, made up: hypothesis draws them, so that none stands in the repository."""

from __future__ import annotations

import string

from hypothesis import strategies as st

_ALNUM = string.ascii_letters + string.digits
_URLSAFE = _ALNUM + "-_"


def run(alphabet: str, smallest: int, largest: int | None = None) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=smallest, max_size=largest or smallest + 20)


def after(prefix: str, body: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return body.map(lambda text: prefix + text)


def with_a_digit(body: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(body, st.sampled_from(string.digits)).map(lambda parts: f"{parts[0][:4]}{parts[1]}{parts[0][4:]}a")


TOKENS = st.one_of(
    after("sk-", run(_ALNUM, 40)),
    after("sk-proj-", run(_URLSAFE, 40)),
    after("sk-ant-api03-", run(_URLSAFE, 80)),
    after("AKIA", run(string.ascii_uppercase + string.digits, 16, 16)),
    after("ghp_", run(_ALNUM, 36)),
    after("github_pat_", run(_ALNUM + "_", 60)),
    after("glpat-", run(_URLSAFE, 20)),
    after("AIza", run(_URLSAFE, 35, 35)),
    after("xoxb-", run(string.digits + "-", 20)),
    after("hf_", run(_ALNUM, 34)),
    after("gsk_", run(_ALNUM, 50)),
    after("sk_live_", run(_ALNUM, 24)),
    after("tw_sk_", run(_URLSAFE, 24)),
    st.tuples(*[run(_URLSAFE, 20)] * 3).map(lambda parts: "eyJ" + ".eyJ".join(parts[:2]) + "." + parts[2]),
)
PASSWORDS = run(_ALNUM + "!#+~", 6).map(lambda text: text + "7x")
MIXED = with_a_digit(run(_ALNUM, 16))
"""A secret that is one because of the name before it."""

LINES = "\n".join


@st.composite
def private_keys(draw: st.DrawFn) -> tuple[str, str]:
    """A block and the text in it."""
    body = draw(st.lists(run(_ALNUM + "+/", 64, 64), min_size=2, max_size=5).map(LINES))
    kind = draw(st.sampled_from(["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "]))
    return f"-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----", body.split("\n")[0]


@st.composite
def named(draw: st.DrawFn) -> tuple[str, str]:
    """A text in which a name says that a value is a secret, and the secret."""
    form = draw(
        st.sampled_from(
            [
                *("password={}", "DB_PASSWORD: {}\n", "Passwd = '{}'", '"pwd": "{}"', "client_secret={}&x=1"),
                *("postgres://app:{}@db:5432/x", "https://u:{}@example.org", '{{"passphrase":"{}"}}'),
            ]
        )
    )
    secret = draw(PASSWORDS)
    return form.format(secret), secret


@st.composite
def named_keys(draw: st.DrawFn) -> tuple[str, str]:
    form = draw(
        st.sampled_from(
            [
                *("OPENAI_API_KEY={}", "aws_secret_access_key = {}", '"api_key": "{}"', "token: {}", "x-api-key: {}"),
                *(
                    "Authorization: Bearer {}",
                    "authorization: 'Basic {}'",
                    "AccountKey={};x",
                    '{{"access_token":"{}"}}',
                ),
            ]
        )
    )
    secret = draw(MIXED)
    return form.format(secret), secret


ANY = st.one_of(TOKENS.map(lambda token: (token, token)), private_keys(), named(), named_keys())
"""A text that holds a secret, and what must be gone."""
