"""What engines measure on cgroup v2, as they were recorded: the test machines may have v1 only."""

import json

import pytest

from models.docker.stats import Meter, read_sample

# One container of an engine with API 1.41 on a kernel with cgroup v2: no percpu_usage, max_usage and failcnt, most of
# blkio_stats null, other names in memory.stat, and "no limit" as the largest number of 64 bits.
RECORDED = {
    "read": "2024-02-17T17:47:07.342298361Z",
    "preread": "0001-01-01T00:00:00Z",
    "pids_stats": {"current": 1, "limit": 18446744073709551615},
    "blkio_stats": {"io_service_bytes_recursive": None, "io_serviced_recursive": None, "io_merged_recursive": None},
    "num_procs": 0,
    "storage_stats": {},
    "cpu_stats": {
        "cpu_usage": {"total_usage": 329660000, "usage_in_kernelmode": 88219000, "usage_in_usermode": 241441000},
        "system_cpu_usage": 20575320000000,
        "online_cpus": 8,
        "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
    },
    "precpu_stats": {"cpu_usage": {"total_usage": 0, "usage_in_kernelmode": 0, "usage_in_usermode": 0}},
    "memory_stats": {
        "usage": 155774976,
        "stats": {
            "active_anon": 0, "active_file": 49065984, "anon": 1622016, "file": 141791232, "inactive_anon": 1351680,
            "inactive_file": 92590080, "kernel_stack": 147456, "shmem": 0, "slab": 12309152, "unevictable": 0,
        },
        "limit": 16584396800,
    },
}  # fmt: skip


def test_memory_on_cgroup_v2_is_what_docker_stats_prints() -> None:
    sample = read_sample(json.dumps(RECORDED).encode())
    assert sample
    assert f"{sample.memory / 1024**2:.1f} MiB" == "60.3 MiB"
    assert (sample.memory_limit, sample.pids) == (16584396800, 1)


def test_cpu_on_cgroup_v2_is_what_docker_stats_prints() -> None:
    later = json.loads(json.dumps(RECORDED))
    later["read"] = "2024-02-17T17:47:09.342298361Z"
    later["cpu_stats"]["cpu_usage"]["total_usage"] += 3_200_000_000
    later["cpu_stats"]["system_cpu_usage"] += 8 * 2_000_000_000  # eight processors for two seconds
    meter = Meter()
    first, second = (read_sample(json.dumps(document).encode()) for document in (RECORDED, later))
    assert first
    assert second
    meter.usage(first)
    cpu = meter.usage(second).cpu
    assert cpu == pytest.approx(3.2 / 16 * 8 * 100)  # container / system x processors: the command's own sum


@pytest.mark.parametrize("odd", [None, "18446744073709551616", 1 << 70, -1, [], {}])
def test_an_odd_count_that_nobody_asked_for_costs_no_sample(odd: object) -> None:
    document = json.loads(json.dumps(RECORDED))
    document["memory_stats"]["stats"]["hierarchical_memory_limit"] = odd
    sample = read_sample(json.dumps(document).encode())
    assert sample
    assert sample.memory == 155774976 - 92590080
