"""How the logs of the sample containers speak. Each voice makes one entry: lines with their stream."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from models.logs import STDERR, STDOUT

Line = tuple[int, str]
Voice = Callable[[random.Random, int], list[Line]]

_PATHS = ("/api/cart", "/api/products?page=2", "/api/products/114", "/assets/logo.svg", "/api/cart/items", "/healthz")
_AGENTS = ("Mozilla/5.0 (X11; Linux x86_64)", "curl/8.9.1", "kube-probe/1.31")
_TRACE = (
    "    at payments.(*Client).Charge (payments/client.go:118)",
    "    at checkout.(*Service).Place (checkout/service.go:64)",
    "    at http.(*Mux).ServeHTTP (net/http/server.go:2747)",
)
_NODE_TRACE = (
    "Error: connect ECONNREFUSED 172.21.0.9:5672",
    "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)",
    "    at Queue.open (/srv/worker/queue.js:42:11)",
    "    at async main (/srv/worker/worker.js:17:3)",
)


def _plain(chance: random.Random, number: int) -> list[Line]:
    return [(STDOUT, chance.choice((f"tick {number}", "still here", "nothing to do", f"checked {number % 90} items")))]


def _api(chance: random.Random, number: int) -> list[Line]:
    request = f"req={number & 0xFFFF:04x}"
    kind = chance.random()
    if kind < 0.62:
        path, took = chance.choice(_PATHS), chance.randint(1, 48)
        return [(STDOUT, f"INFO  http      GET {path} 200 {took} ms  {request}")]
    if kind < 0.82:
        return [(STDOUT, f"DEBUG cache     hit session:{number & 0xFFF:03x} ttl={chance.randint(20, 1200)}s")]
    if kind < 0.9:
        return [(STDOUT, f"INFO  http      POST /api/cart/items 201 {chance.randint(9, 30)} ms  {request}")]
    if kind < 0.95:
        slow = chance.randint(1200, 1990)
        return [(STDOUT, f"WARN  payments  upstream slow: POST https://payments.internal/v1/charge took {slow} ms")]
    if kind < 0.97:
        pool = f'{{"pool":"payments","open":true,"inflight":{chance.randint(1, 20)},"timeouts":{chance.randint(0, 9)}}}'
        return [(STDOUT, f"INFO  metrics   {pool}")]
    failed = "ERROR payments  charge failed: context deadline exceeded: upstream timeout after 2000 ms"
    return [(STDERR, f"{failed}  {request}"), *((STDERR, line) for line in _TRACE)]


def _nginx(chance: random.Random, number: int) -> list[Line]:
    client = f"172.20.0.{chance.randint(1, 9)}"
    if chance.random() < 0.03:
        return [
            (STDERR, f'[error] 31#31: *{number} open() "/usr/share/nginx/html/favicon.ico" failed (2: No such file)')
        ]
    status = chance.choices((200, 304, 404, 502), (84, 10, 5, 1))[0]
    path, agent = chance.choice(_PATHS), chance.choice(_AGENTS)
    return [(STDOUT, f'{client} - - "GET {path} HTTP/1.1" {status} {chance.randint(120, 48_000)} "-" "{agent}"')]


def _postgres(chance: random.Random, number: int) -> list[Line]:
    if chance.random() < 0.1:
        return [
            (STDERR, 'ERROR:  duplicate key value violates unique constraint "orders_pkey"'),
            (STDERR, f"DETAIL:  Key (id)=({number}) already exists."),
            (STDERR, "STATEMENT:  INSERT INTO orders (id, cart) VALUES ($1, $2)"),
        ]
    took = chance.uniform(0.4, 90)
    return [(STDERR, f"LOG:  duration: {took:.3f} ms  execute S_{number % 7}: COMMIT")]


def _redis(chance: random.Random, number: int) -> list[Line]:
    changes = chance.randint(1, 400)
    return [
        (STDOUT, f"1:M * {changes} changes in 60 seconds. Saving..."),
        (STDOUT, f"1:M * Background saving started by pid {number % 30_000 + 20}"),
        (STDOUT, "1:M * Background saving terminated with success"),
    ]


def _logfmt(chance: random.Random, number: int) -> list[Line]:
    level = chance.choices(("info", "debug", "warn", "error"), (80, 8, 9, 3))[0]
    message = chance.choice(("Completed cleanup job", "compaction done", "request completed", "flushing stream"))
    stream = STDERR if level == "error" else STDOUT
    return [(stream, f'level={level} caller=main.go:{number % 900} msg="{message}" duration={chance.random():.3f}s')]


def _json(chance: random.Random, number: int) -> list[Line]:
    level = chance.choices(("info", "debug", "warning", "error"), (80, 10, 7, 3))[0]
    took = chance.randint(1, 900)
    fields = f'"level":"{level}","msg":"span received","spans":{chance.randint(1, 60)},"took_ms":{took},"id":{number}'
    return [(STDERR if level == "error" else STDOUT, "{" + fields + "}")]


def _klog(chance: random.Random, number: int) -> list[Line]:
    letter = chance.choices("IWE", (88, 9, 3))[0]
    where = chance.choice(("manager.go:1180", "kubelet.go:2460", "reflector.go:351", "server.go:77"))
    return [(STDERR, f"{letter}1124 {number % 9_000:>7} {where}] synced {chance.randint(1, 40)} objects")]


def _ansi(chance: random.Random, number: int) -> list[Line]:
    kind = chance.random()
    test = f"checkout › case {number % 240}"
    if kind < 0.8:
        return [(STDOUT, f"\x1b[32m✓\x1b[0m {test} \x1b[2m({chance.randint(1, 90)} ms)\x1b[0m")]
    if kind < 0.92:
        return [(STDOUT, f"\x1b[1;34m==>\x1b[0m \x1b[1mstep {number % 12}\x1b[0m npm run build")]
    if kind < 0.97:
        return [
            (STDOUT, f"\x1b[33mwarning\x1b[0m package-{number % 40}@1.{number % 9}.0: deprecated, use its successor")
        ]
    return [
        (STDERR, f"\x1b[31m✗ {test}\x1b[0m"),
        (STDERR, f"  \x1b[31mExpected: {number % 90}\x1b[0m"),
        (STDERR, f"  \x1b[32mReceived: {number % 90 + 1}\x1b[0m"),
    ]


def _import(chance: random.Random, number: int) -> list[Line]:
    if chance.random() < 0.15:
        return [(STDERR, f"gc: heap {chance.randint(200, 490)} of 512 MB, pause {chance.randint(20, 900)} ms")]
    return [(STDOUT, f"chunk {number % 980}/980: 51200 rows kept")]


def _worker(chance: random.Random, number: int) -> list[Line]:
    return [
        (STDOUT, f"connecting to amqp://queue:5672, attempt {number % 12 + 1}, waiting {chance.randint(100, 900)} ms")
    ]


def _migrate(_chance: random.Random, number: int) -> list[Line]:
    return [(STDOUT, f"applied {20_260_000 + number % 900:08}_add_index.sql")]


def _coredns(chance: random.Random, number: int) -> list[Line]:
    name = chance.choice(("db.shop.internal.", "registry.example.org.", "forge.ci.internal.", "nas.lan."))
    answer = chance.choices(("NOERROR", "NXDOMAIN", "SERVFAIL"), (90, 9, 1))[0]
    return [
        (STDOUT, f'[INFO] 172.17.0.1:{40_000 + number % 9_000} - "A IN {name} udp 41" {answer} {chance.random():.6f}s')
    ]


def _syslog(_chance: random.Random, number: int) -> list[Line]:
    return [
        (STDOUT, f"ftpd[17]: connection from 192.0.2.{number % 250}"),
        (STDOUT, "ftpd[17]: anonymous login refused"),
    ]


VOICES: Mapping[str, Voice] = {
    "ansi": _ansi,
    "api": _api,
    "coredns": _coredns,
    "import": _import,
    "json": _json,
    "klog": _klog,
    "logfmt": _logfmt,
    "migrate": _migrate,
    "nginx": _nginx,
    "plain": _plain,
    "postgres": _postgres,
    "redis": _redis,
    "syslog": _syslog,
    "worker": _worker,
}


def last_words(voice: str, exit_code: int, *, oom_killed: bool) -> list[Line]:
    """What stands in the log at the end of a life; SIGKILL leaves no time to write."""
    if oom_killed or exit_code == 137:
        return []
    if voice == "worker":
        return [(STDERR, line) for line in _NODE_TRACE]
    if exit_code in (0, 143, 130):
        return [(STDOUT, "done" if exit_code == 0 else "received SIGTERM, shutting down")]
    return [(STDERR, f"FATAL: giving up, exit status {exit_code}")]
