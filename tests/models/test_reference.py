"""Image references as every tool of the field reads them."""

import pytest

from models.docker.reference import Reference, is_image_id, parse_reference
from models.errors import BadInput

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("text", "reference", "written"),
    [
        ("alpine", Reference("docker.io", "library/alpine"), "alpine"),
        ("docker.io/library/alpine:3", Reference("docker.io", "library/alpine", "3"), "alpine:3"),
        ("owner/name", Reference("docker.io", "owner/name"), "owner/name"),
        ("localhost/x", Reference("localhost", "x"), "localhost/x"),
        ("host:5000/a/b/c:v1.2", Reference("host:5000", "a/b/c", "v1.2"), "host:5000/a/b/c:v1.2"),
        ("[::1]:5000/a", Reference("[::1]:5000", "a"), "[::1]:5000/a"),
        ("ghcr.io/a/b@" + DIGEST, Reference("ghcr.io", "a/b", "", DIGEST), "ghcr.io/a/b@" + DIGEST),
        ("a:1@" + DIGEST, Reference("docker.io", "library/a", "1", DIGEST), "a:1@" + DIGEST),
        ("a__b/c---d.e", Reference("docker.io", "a__b/c---d.e"), "a__b/c---d.e"),
        ("index.docker.io/x", Reference("docker.io", "library/x"), "x"),
    ],
)
def test_a_reference_has_its_parts(text: str, reference: Reference, written: str) -> None:
    assert parse_reference(text) == reference
    assert reference.text == written
    assert parse_reference(reference.text) == reference


@pytest.mark.parametrize(
    "text", ["", "Alpine", "a/B", "a:", "a:-x", "a//b", "/a", "a/", "a@sha256:12", "a b", "a:" + "x" * 129, "-a",
             "a.", "a..b", "a" * 256, "host:port/a", "0" * 64],
)  # fmt: skip
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_reference(text)


def test_latest_floats_and_is_pulled_alone() -> None:
    assert parse_reference("a").floating
    assert parse_reference("a:latest").floating
    assert not parse_reference("a:1").floating
    assert not parse_reference("a@" + DIGEST).floating
    assert parse_reference("a").pulled == ("a", "latest")
    assert parse_reference("a:1@" + DIGEST).pulled == ("a", DIGEST)
    assert parse_reference("a").server == "https://index.docker.io/v1/"
    assert parse_reference("h:1/a").server == "h:1"
    assert is_image_id("sha256:" + "0" * 64)
