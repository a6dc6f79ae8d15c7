"""Secrets: what is hidden, what stays readable, and that hiding never takes long."""

import time

import pytest

from models.secrets import MASK, looks_secret, masked, masked_arguments, masked_pair

HIDDEN = [
    ("STRIPE_API_KEY", "sk_live_51Habc"),
    ("POSTGRES_PASSWORD", "hunter2"),
    ("PGPASSWORD", "hunter2"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("apiToken", "abc"),
    ("db.credentials", "abc"),
    ("SECRET_KEY_BASE", "0a1b2c"),
    ("JWT", "abc"),
    ("SIGNING_KEY", "/K7MDENG/bPxRfi"),
    ("HARMLESS", "ghp_0123456789abcdefghij0123456789abcdef"),
    ("HARMLESS", "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----"),
    ("HARMLESS", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"),
]
SHOWN = [
    ("LOG_LEVEL", "info"),
    ("PORT", "9000"),
    ("OTEL_ENDPOINT", "http://tempo:4317"),
    ("POSTGRES_PASSWORD_FILE", "/run/secrets/db"),
    ("TLS_KEY", "/etc/ssl/private/server.key"),
    ("SSH_AUTH_SOCK", "/tmp/ssh-x/agent.1"),
    ("PUBLIC_KEY", "ssh-ed25519 AAAA"),
    ("GPG_KEY_URL", "https://example.org/key.asc"),
    ("KEYBOARD", "de"),
    ("MONKEY", "see"),
    ("USE_TOKEN", "true"),
    ("TOKEN", ""),
    ("PATH", "/usr/local/bin:/usr/bin"),
    ("IMAGE", "registry:5000/shop/api@sha256:8c606f85ba7c"),
    ("WORKERS", "4"),
]


@pytest.mark.parametrize(("name", "value"), HIDDEN)
def test_a_secret_is_hidden_whole_and_its_length_with_it(name, value):
    assert looks_secret(name, value)
    assert masked(name, value) == MASK


@pytest.mark.parametrize(("name", "value"), SHOWN)
def test_what_is_no_secret_stays_as_it_is(name, value):
    assert not looks_secret(name, value)
    assert masked(name, value) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("postgres://shop:hunter2@db/shop", "postgres://shop:••••@db/shop"),
        ("redis://:hunter2@cache:6379/0", "redis://:••••@cache:6379/0"),
        ("a://u:one@x b://u:two@y", "a://u:••••@x b://u:••••@y"),
        ("https://api/x?token=abc&page=2", "https://api/x?token=••••&page=2"),
        ("Server=db;User Id=sa;Password=hunter2;", "Server=db;User Id=sa;Password=••••;"),
        ('{"user":"sa","db_password":"hunter2"}', '{"user":"sa","db_password":"••••"}'),
        ("curl -H 'Authorization: Bearer abcdefgh1234' api", "curl -H 'Authorization: Bearer ••••' api"),
        ("mysqladmin --password hunter2 ping", "mysqladmin --password •••• ping"),
        ("http://registry:5000/image", "http://registry:5000/image"),
    ],
)
def test_only_the_secret_part_of_a_value_is_hidden(value, shown):
    assert masked("", value) == shown


def test_masking_what_is_masked_changes_nothing():
    once = masked("DATABASE_URL", "postgres://shop:hunter2@db/shop?password=x")
    assert masked("DATABASE_URL", once) == once


def test_a_pair_is_masked_by_its_name():
    assert masked_pair("API_KEY=abc=def==") == f"API_KEY={MASK}"
    assert masked_pair("no pair at all") == "no pair at all"


def test_a_command_loses_its_secrets_only():
    command = ("server", "--token", "abc", "--password=hunter2", "--token-file", "/run/x", "-v", "--verbose", "list")
    assert masked_arguments(command) == (
        *("server", "--token", MASK, f"--password={MASK}", "--token-file", "/run/x", "-v", "--verbose", "list"),
    )


HOSTILE = ("a", "-", "://", "a:", "password", "eyJ-", "--token ", "password=", "a.a@", "\u202e")


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_megabyte_is_looked_at_in_little_time(piece):
    value = (piece * 1_000_000)[:1_000_000]
    start = time.perf_counter()
    masked("NAME", value)
    assert time.perf_counter() - start < 1.0
