"""The sample fleet: a shop, its observability, a build farm, and containers that somebody started by hand."""

from __future__ import annotations

from models.docker.container import Port, State
from services.demo.samples import (
    DAY,
    HOUR,
    MEGABYTE,
    MINUTE,
    Mount,
    Sample,
    Script,
    compose,
    everywhere,
    local,
)

_API = "ghcr.io/acme/shop-api:2.14.1"
_CURL = ("CMD-SHELL", "curl -fsS http://localhost:9000/healthz || exit 22")

_SHOP = (
    Sample(
        name="api", image=_API, command=("-l", ":9000"), entrypoint=("/app/server",), age=3 * HOUR, restarts=2,
        policy="unless-stopped", script=Script.FLAPPING, probe=_CURL, healthy="unhealthy", user="10001:10001",
        ports=(*everywhere(9000, 9000), Port(9100)), networks=("back", "front"), cpu=38, memory=412 * MEGABYTE,
        memory_limit=512 * MEGABYTE, cpu_limit=1.5, voice="api", lines=2.5,
        environment=(
            "LOG_LEVEL=info", "PORT=9000", "DATABASE_URL=postgres://shop:kiwi-47-lantern@db:5432/shop",
            "STRIPE_API_KEY=not-a-key-4eC39HqLyjWD", "OTEL_ENDPOINT=http://tempo:4317",
        ),
        mounts=(Mount("uploads", "/app/uploads"), Mount("/home/sam/src/shop/config", "/app/config", read_only=True),
                Mount("", "/tmp")),  # noqa: S108 (the path within a sample container)
    ),
    Sample(
        name="cache", image="redis:7.4-alpine", command=("redis-server", "--save", "60", "1"), age=3 * HOUR,
        entrypoint=("docker-entrypoint.sh",), policy="unless-stopped", ports=(Port(6379),), networks=("back",), cpu=0.3,
        memory=10 * MEGABYTE, memory_limit=256 * MEGABYTE, mounts=(Mount("cache", "/data"),), voice="redis", lines=0.05,
    ),
    Sample(
        name="db", image="postgres:16.4", command=("postgres",), entrypoint=("docker-entrypoint.sh",), age=3 * HOUR,
        policy="unless-stopped", probe=("CMD-SHELL", "pg_isready -U shop"), ports=local(5432, 5432), networks=("back",),
        cpu=1.1, memory=210 * MEGABYTE, memory_limit=1024 * MEGABYTE, voice="postgres", lines=0.3,
        environment=("POSTGRES_USER=shop", "POSTGRES_PASSWORD=kiwi-47-lantern", "PGDATA=/var/lib/postgresql/data"),
        mounts=(Mount("db", "/var/lib/postgresql/data"),),
    ),
    Sample(
        name="import", image="ghcr.io/acme/shop-import:2.14.1", command=("/app/import", "--chunk-rows", "51200"),
        age=HOUR, up=21 * MINUTE, ended=2 * MINUTE, state=State.EXITED, exit_code=137, oom_killed=True,
        script=Script.GROWING, lasts=19 * MINUTE, networks=("back",), cpu=96, memory=38 * MEGABYTE,
        memory_limit=512 * MEGABYTE, environment=("CHUNK_ROWS=51200", "IMPORT_TOKEN=pk-7741-mango"), voice="import",
        lines=0.4,
    ),
    Sample(
        name="migrate", image=_API, command=("/app/migrate", "up"), age=3 * HOUR, ended=3 * HOUR - 9, up=3 * HOUR,
        state=State.EXITED, networks=("back",), script=Script.STEADY, voice="migrate", lines=2,
        environment=("DATABASE_URL=postgres://shop:kiwi-47-lantern@db:5432/shop",),
    ),
    Sample(
        name="search", image="opensearchproject/opensearch:2.17.1", command=("opensearch",), age=3 * HOUR,
        entrypoint=("./opensearch-docker-entrypoint.sh",), policy="unless-stopped", networks=("back",), cpu=9,
        ports=(*local(9200, 9200), Port(9300), Port(9600)), memory=1690 * MEGABYTE, memory_limit=2048 * MEGABYTE,
        cpu_limit=2.0, environment=("discovery.type=single-node", "OPENSEARCH_INITIAL_ADMIN_PASSWORD=Plum-61-Harbour"),
        mounts=(Mount("search", "/usr/share/opensearch/data"),), voice="json", lines=0.4, user="opensearch",
    ),
    Sample(
        name="thumbnails", image="ghcr.io/acme/shop-thumbnails:1.8.0", command=("/app/thumbnails",), age=3 * HOUR,
        up=40, policy="on-failure", restarts=9, script=Script.GROWING, lasts=90, networks=("back",), cpu=61,
        memory=44 * MEGABYTE, memory_limit=256 * MEGABYTE, cpu_limit=1.0, mounts=(Mount("uploads", "/uploads"),),
        voice="import", lines=1,
    ),
    Sample(
        name="web", image="nginx:1.27-alpine", command=("nginx", "-g", "daemon off;"), age=3 * HOUR,
        entrypoint=("/docker-entrypoint.sh",), policy="unless-stopped", probe=("CMD", "wget", "-q", "-O-", "localhost"),
        ports=(*everywhere(8080, 80), *everywhere(8443, 443)), networks=("front",), cpu=0.4, memory=24 * MEGABYTE,
        mounts=(Mount("/home/sam/src/shop/nginx.conf", "/etc/nginx/nginx.conf", read_only=True),), voice="nginx",
        lines=3,
    ),
    Sample(
        name="worker", image="ghcr.io/acme/shop-worker:2.14.1", command=("node", "worker.js"), age=3 * HOUR, up=37,
        ended=34, state=State.RESTARTING, exit_code=1, restarts=14, policy="always", script=Script.CRASHING, lasts=3,
        networks=("back",), cpu=22, memory=61 * MEGABYTE, voice="worker", lines=4,
        environment=("QUEUE_URL=redis://cache:6379/0", "QUEUE_SECRET=tulip-3310"),
    ),
)  # fmt: skip

_OBSERVABILITY = (
    Sample(
        name="grafana", image="grafana/grafana:11.2.0", command=("/run.sh",), age=6 * DAY, policy="unless-stopped",
        probe=("CMD", "curl", "-f", "http://localhost:3000/api/health"), ports=everywhere(3000, 3000),
        networks=("obs",), cpu=0.9, memory=96 * MEGABYTE, mounts=(Mount("grafana", "/var/lib/grafana"),),
        environment=("GF_SECURITY_ADMIN_PASSWORD=walrus-at-noon", "GF_AUTH_ANONYMOUS_ENABLED=true"), voice="logfmt",
    ),
    Sample(
        name="loki", image="grafana/loki:3.1.1", command=("-config.file=/etc/loki/local-config.yaml",), age=6 * DAY,
        entrypoint=("/usr/bin/loki",), policy="unless-stopped", ports=(Port(3100), Port(9095)), networks=("obs",),
        cpu=2.6, memory=188 * MEGABYTE, mounts=(Mount("loki", "/loki"),), voice="logfmt", lines=0.8,
    ),
    Sample(
        name="prometheus", image="prom/prometheus:v2.54.1", command=("--config.file=/etc/prometheus/prometheus.yml",),
        entrypoint=("/bin/prometheus",), age=6 * DAY, policy="unless-stopped", ports=everywhere(9090, 9090),
        networks=("back", "obs"), cpu=4.4, memory=344 * MEGABYTE, memory_limit=2048 * MEGABYTE,
        mounts=(Mount("prometheus", "/prometheus"),), voice="logfmt", lines=0.1,
    ),
    Sample(
        name="tempo", image="grafana/tempo:2.6.0", command=("-config.file=/etc/tempo.yaml",), age=6 * DAY,
        state=State.PAUSED, policy="unless-stopped", ports=(Port(4317), Port(3200)), networks=("obs",), cpu=0.6,
        memory=71 * MEGABYTE, voice="json", lines=0.5,
    ),
    Sample(
        name="node-exporter", image="quay.io/prometheus/node-exporter:v1.8.2", command=("--path.rootfs=/host",),
        entrypoint=("/bin/node_exporter",), age=6 * DAY, policy="unless-stopped", ports=(Port(9100),),
        networks=("obs",), cpu=0.2, memory=14 * MEGABYTE, mounts=(Mount("/", "/host", read_only=True),), voice="logfmt",
    ),
    Sample(
        name="cadvisor", image="gcr.io/cadvisor/cadvisor:v0.49.1", command=("-logtostderr",), age=6 * DAY,
        entrypoint=("/usr/bin/cadvisor",), policy="unless-stopped", privileged=True, networks=("obs",),
        probe=("CMD-SHELL", "wget --quiet --tries=1 --spider http://localhost:8080/healthz || exit 1"),
        ports=local(8088, 8080), cpu=7.5, memory=128 * MEGABYTE, voice="klog", lines=0.3,
        mounts=(Mount("/var/run", "/var/run"), Mount("/sys", "/sys", read_only=True)),
    ),
    Sample(
        name="alertmanager", image="prom/alertmanager:v0.27.0", command=("--config.file=/etc/alertmanager.yml",),
        entrypoint=("/bin/alertmanager",), age=6 * DAY, up=6 * DAY, ended=2 * DAY, state=State.EXITED, exit_code=1,
        policy="no", ports=everywhere(9093, 9093), networks=("obs",), voice="logfmt", lines=0.2,
    ),
)  # fmt: skip

_CI = (
    Sample(
        name="runner", image="gitea/act_runner:0.2.11", command=("act_runner", "daemon"), entrypoint=("/sbin/tini",),
        age=12 * DAY, policy="always", networks=("default",), cpu=1.8, memory=52 * MEGABYTE, voice="ansi", lines=0.7,
        mounts=(Mount("/var/run/docker.sock", "/var/run/docker.sock"), Mount("runner", "/data")),
        environment=("GITEA_INSTANCE_URL=http://forge:3000", "GITEA_RUNNER_REGISTRATION_TOKEN=orchid-8842-pine"),
    ),
    Sample(
        name="forge", image="gitea/gitea:1.22.3", command=("/bin/s6-svscan", "/etc/s6"), age=12 * DAY, policy="always",
        probe=("CMD", "curl", "-f", "http://localhost:3000/api/healthz"), cpu=2.2, memory=166 * MEGABYTE,
        entrypoint=("/usr/bin/entrypoint",), ports=(*everywhere(3001, 3000), *everywhere(2222, 22)),
        networks=("default",), mounts=(Mount("forge", "/data"),), voice="nginx", lines=0.6,
    ),
    Sample(
        name="nightly", image="ghcr.io/acme/nightly:2026.11", command=("/bin/sh", "-c", "make nightly"), age=2 * DAY,
        up=22, script=Script.JOB, lasts=35, pause=40, networks=("default",), cpu=140, memory=320 * MEGABYTE,
        cpu_limit=2.0, voice="ansi", lines=3,
    ),
    Sample(
        name="cache", image="verdaccio/verdaccio:5.32", command=("verdaccio",), entrypoint=("uid_entrypoint",),
        age=12 * DAY, up=5 * DAY, policy="always", ports=local(4873, 4873), networks=("default",), cpu=0.7,
        memory=88 * MEGABYTE, mounts=(Mount("packages", "/verdaccio/storage"),), voice="nginx", lines=0.4,
    ),
    Sample(
        name="lint", image="ghcr.io/acme/lint:5", command=("lint", "--all"), age=5 * HOUR, up=5 * HOUR,
        ended=5 * HOUR - 48, state=State.EXITED, exit_code=3, networks=("default",), voice="ansi", lines=1,
    ),
    Sample(
        name="dind", image="docker:29-dind", command=("dockerd",), entrypoint=("dockerd-entrypoint.sh",), age=12 * DAY,
        policy="always", privileged=True, ports=(Port(2375), Port(2376)), networks=("default",), cpu=3.1,
        memory=142 * MEGABYTE, mounts=(Mount("dind", "/var/lib/docker"),), voice="klog",
    ),
)  # fmt: skip

CI_JOB = Sample(
    name="ci-job", image="ghcr.io/acme/builder:node22", command=("/bin/sh", "-ec", "npm ci && npm test"), age=0,
    lasts=30, script=Script.JOB, networks=("ci_default",), cpu=170, memory=240 * MEGABYTE,
    memory_limit=1024 * MEGABYTE, cpu_limit=2.0, labels={"ci.runner": "act", "ci.repository": "acme/shop"},
    voice="ansi", lines=5,
)  # fmt: skip

_LOOSE = (
    Sample(
        name="kind-dev-control-plane", image="kindest/node:v1.31.0", command=("/sbin/init",), age=2 * DAY,
        entrypoint=("/usr/local/bin/entrypoint",), policy="on-failure", ports=local(41237, 6443), networks=("kind",),
        privileged=True, cpu=11.7, memory=1270 * MEGABYTE, mounts=(Mount("kind-var", "/var"),), voice="klog", lines=1,
        labels={"io.x-k8s.kind.cluster": "dev", "io.x-k8s.kind.role": "control-plane"}, stops_in=2.0, tty=True,
    ),
    Sample(
        name="registry", image="registry:2.8.3", command=("/etc/docker/registry/config.yml",), age=12 * DAY,
        entrypoint=("/entrypoint.sh",), policy="always", ports=everywhere(5000, 5000), cpu=0.1, memory=18 * MEGABYTE,
        mounts=(Mount("registry", "/var/lib/registry"),), voice="json", lines=0.1,
    ),
    Sample(
        name="bench-net", image="alpine:3.20", command=("sleep", "86400"), age=2 * DAY, up=2 * DAY, ended=DAY,
        state=State.EXITED, exit_code=143, lines=0,
    ),
    Sample(name="jovial_hopper", image="alpine:3.20", command=("/bin/sh",), age=6 * MINUTE, state=State.CREATED,
           tty=True, lines=0),
    Sample(
        name="web-copy", image="nginx:1.27-alpine", command=("nginx", "-g", "daemon off;"), age=40 * MINUTE,
        state=State.CREATED, ports=everywhere(8080, 80), voice="nginx", labels={"purpose": "try the new theme"},
    ),
    Sample(
        name="mailpit", image="axllent/mailpit:v1.20", command=("/mailpit",), age=4 * DAY, up=9 * HOUR, restarts=1,
        policy="unless-stopped", probe=("CMD", "/mailpit", "readyz"), cpu=0.1, memory=17 * MEGABYTE,
        ports=(*local(8025, 8025), Port(1025, "tcp", 1025, "::1")), voice="logfmt",
    ),
    Sample(
        name="dns", image="coredns/coredns:1.11.3", command=("-conf", "/Corefile"), entrypoint=("/coredns",),
        age=20 * DAY, policy="always", ports=(*everywhere(5353, 53, "udp"), *everywhere(5353, 53), Port(9153)), cpu=0.6,
        memory=22 * MEGABYTE, mounts=(Mount("/home/sam/dns/Corefile", "/Corefile", read_only=True),), voice="coredns",
        lines=1.5,
    ),
    Sample(
        name="legacy-ftpd", image="registry.example.org:5000/museum/ftpd:latest", command=("/usr/sbin/ftpd", "-D"),
        age=310 * DAY, up=41 * DAY, policy="always", ports=(*everywhere(21, 21), Port(20)), cpu=0.0,
        memory=3 * MEGABYTE, stops_in=None, voice="syslog", lines=0.02,
    ),
    Sample(
        name="postgres-upgrade-rehearsal-for-the-quarterly-migration-of-the-customer-database-2026-11",
        image="registry.example.org:5000/platform/databases/postgres-with-extensions-and-tools:16.4-bookworm-20261112",
        command=("pg_upgrade", "--check", "--old-datadir", "/old", "--new-datadir", "/new"), age=26 * HOUR,
        up=26 * HOUR, ended=25.8 * HOUR, state=State.EXITED, exit_code=1, voice="postgres", lines=1,
        mounts=(Mount("customer-db-copy", "/old"), Mount("customer-db-new", "/new")),
    ),
    Sample(
        name="notebook", image="quay.io/jupyter/scipy-notebook:2026-11-03", command=("start-notebook.py",), up=50,
        age=52, probe=("CMD-SHELL", "/etc/jupyter/docker_healthcheck.py"), healthy="starting", cpu=14,
        memory=131 * MEGABYTE, memory_limit=4096 * MEGABYTE, ports=local(8888, 8888), entrypoint=("tini", "-g", "--"),
        environment=("JUPYTER_TOKEN=5f2c9d0b7ae14c33", "CHOWN_HOME=no"), voice="plain", lines=0.2,
        mounts=(Mount("/home/sam/notebooks", "/home/jovyan/work"),),
    ),
    Sample(
        name="backup-2026-11-23", image="restic/restic:0.17.1", command=("backup", "/data"), age=11 * HOUR,
        entrypoint=("/usr/bin/restic",), up=11 * HOUR, ended=11 * HOUR - 340, state=State.EXITED, lines=0.2,
        environment=("RESTIC_REPOSITORY=rest:http://nas:8000/desk", "RESTIC_PASSWORD=heron-12-copper"),
        mounts=(Mount("shop_db", "/data", read_only=True),), labels={"backup": "nightly"},
    ),
    Sample(
        name="typo", image="ghcr.io/acme/shop-import:2.14.1", command=("/app/imprt",), age=25 * MINUTE,
        state=State.CREATED, exit_code=127, lines=0,
        error='exec: "/app/imprt": stat /app/imprt: no such file or directory: unknown',
    ),
    Sample(
        name="old-nfs-client", image="debian:12", command=("/bin/bash",), age=88 * DAY, up=88 * DAY, ended=60 * DAY,
        state=State.DEAD, exit_code=137, lines=0, labels={"owner": "ops"},
        error="driver failed to remove root filesystem: device or resource busy",
    ),
    Sample(
        name="load-test", image="grafana/k6:0.54.0", command=("run", "/scripts/checkout.js"), age=3 * HOUR,
        up=2.6 * HOUR, ended=2.4 * HOUR, state=State.EXITED, exit_code=130, networks=("shop_front",), lines=0.5,
        entrypoint=("k6",), voice="ansi",
    ),
    Sample(
        name="host-monitor", image="netdata/netdata:v1.47", command=("netdata", "-D"), age=20 * DAY, policy="always",
        entrypoint=("/usr/sbin/run.sh",), networks=("host",), cpu=5.2, memory=203 * MEGABYTE, voice="json", lines=0.4,
        probe=("CMD-SHELL", "/usr/sbin/health.sh"), mounts=(Mount("/proc", "/host/proc", read_only=True),),
    ),
    Sample(
        name="scratchpad", image="busybox:1.36", command=("sh",), age=31 * MINUTE, networks=("none",), cpu=0.0,
        memory=1 * MEGABYTE, tty=True, lines=0, stops_in=None,
    ),
)  # fmt: skip

SAMPLES = (
    *compose("shop", "/home/sam/src/shop", _SHOP),
    *compose("observability", "/home/sam/ops/observability", _OBSERVABILITY),
    *compose("ci", "/home/sam/ops/ci", _CI),
    *_LOOSE,
)
