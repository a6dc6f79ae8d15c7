"""Certificates of a private authority, and the folder that Docker clients expect them in."""

import ssl
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.world.engine import DockerEngine

PORT = 2376


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as PEM files."""

    cert: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """For a server that shows this certificate and asks for none, such as `Proxy(…, tls=…)`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context


class Authority:
    """A certificate authority in a folder of its own (openssl, P-256)."""

    def __init__(self, folder: Path, name: str = "Pilothouse tests") -> None:
        """Make the authority's own key and certificate."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.cert = folder / "ca.pem"
        self._key = folder / "ca-key.pem"
        openssl("req", "-x509", *NEW_KEY, "-keyout", self._key, "-out", self.cert, "-subj", f"/CN={name}", "-days", "2")

    def issue(self, name: str, addresses: Sequence[str] = (), *, days: int = 1) -> Certificate:
        """A certificate for these IP addresses or, with none, for a client; negative `days` make it an expired one."""
        made = Certificate(self.folder / f"{name}.pem", self.folder / f"{name}-key.pem")
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        openssl("req", *NEW_KEY, "-keyout", made.key, "-out", request, "-subj", f"/CN={name}")
        purpose = "serverAuth" if addresses else "clientAuth"
        names = f"subjectAltName = {','.join(f'IP:{address}' for address in addresses)}\n" if addresses else ""
        extensions.write_text(f"extendedKeyUsage = {purpose}\n{names}")
        signer = ("-CA", self.cert, "-CAkey", self._key, "-CAcreateserial", "-extfile", extensions)
        openssl("x509", "-req", "-in", request, "-out", made.cert, "-days", str(days), *signer)
        return made

    def client_folder(self, name: str = "client") -> Path:
        """A folder with ca.pem, cert.pem and key.pem, as DOCKER_CERT_PATH wants it."""
        client = self.issue(name)
        folder = self.folder / f"{name}-folder"
        folder.mkdir()
        for source, target in ((self.cert, "ca.pem"), (client.cert, "cert.pem"), (client.key, "key.pem")):
            (folder / target).write_bytes(source.read_bytes())
        return folder


NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True)
class TlsEndpoint:
    """An engine that also listens on TCP and demands a client certificate."""

    engine: DockerEngine
    host: str  # such as tcp://10.99.3.2:2376
    certificates: Path  # ca.pem, cert.pem, key.pem of a client that is let in
    authority: Authority

    def environment(self) -> dict[str, str]:
        """What makes a Docker client use this endpoint."""
        return {"DOCKER_HOST": self.host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(self.certificates)}


def tls_options(folder: Path) -> tuple[str, ...]:
    """dockerd's options for a TLS endpoint whose files `secure` puts into `folder`. The engine's network is its own."""
    files = (
        "--tlscacert",
        f"{folder}/ca.pem",
        "--tlscert",
        f"{folder}/server.pem",
        "--tlskey",
        f"{folder}/server-key.pem",
    )
    return ("--host", f"tcp://0.0.0.0:{PORT}", "--tlsverify", *files)


def secure(engine: DockerEngine, folder: Path) -> TlsEndpoint:
    """Issue the certificates for an engine made with `tls_options(folder)`, before it starts."""
    authority = Authority(folder)
    authority.issue("server", (engine.address,))
    return TlsEndpoint(engine, f"tcp://{engine.address}:{PORT}", authority.client_folder(), authority)


def openssl(*arguments: str | Path) -> None:
    """Run openssl. Raises CalledProcessError."""
    subprocess.run(("openssl", *arguments), check=True, capture_output=True)
