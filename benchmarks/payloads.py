"""The canned responses of the benchmark server: objects of 0.8 to 1.1 kB, ours the largest."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parent.parent / "tests" / "api"

COUNT = 100
"""Objects in a list."""

REPOSITORY = "example-user/example-app"
SIZES = (1, 2, 4, 8, 16, 32, 64)

EVENT_TYPES = (
    "new_app",
    "rename_app",
    "restart",
    "scale",
    "deployment",
    "run",
    "new_domain",
    "edit_domain",
    "new_addon",
    "upgrade_addon",
    "new_collaborator",
    "new_variable",
    "edit_variables",
    "stack_changed",
    "link_scm",
)


def _hex(number: int, digits: int = 24) -> str:
    return f"{0x51E938266EDFF4FAC9100005 + 7919 * number:0{digits}x}"[-digits:]


def _uuid(number: int) -> str:
    text = _hex(number, 24) + _hex(number * 31, 24)
    return f"{text[:8]}-{text[8:12]}-4{text[12:15]}-9{text[15:18]}-{text[18:30]}"


def _date(number: int) -> str:
    """Format a date in UTC, like most dates in the recorded exchanges."""
    return f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}T12:{number % 60:02d}:16.137Z"


def app(number: int = 0) -> dict[str, Any]:
    """Make an app: the documented example with the other fields of the platform."""
    example = json.loads((EXAMPLES / "examples" / "apps.get.json").read_text("utf-8"))["app"]
    name = f"example-app-{number}"
    return {
        **example,
        "id": _hex(number),
        "name": name,
        "region": "osc-fr1",
        "git_url": f"git@ssh.osc-fr1.scalingo.com:{name}.git",
        "git_source": None,
        "url": f"https://{name}.osc-fr1.scalingo.io",
        "base_url": f"https://{name}.osc-fr1.scalingo.io",
        "created_at": _date(number),
        "updated_at": _date(number + 1),
        "last_deployed_at": _date(number + 2),
        "last_deployment_id": _uuid(number),
        "stack_id": "st-9d5bf098-01df-4194-8160-9779cfbc7122",
        "parent_app_name": None,
        "flags": {"router_logs": True, "force_https": False},
        "data_access_consent": None,
        "hds_resource": False,
        "private_networks_ids": [],
    }


def event(number: int = 0) -> dict[str, Any]:
    """Make an event: documented examples of some types, each with its own type, id and date."""
    examples = _event_examples()
    kind = EVENT_TYPES[number % len(EVENT_TYPES)]
    variants = examples[kind]
    example = variants[number % len(variants)]
    return {**example, "type": kind, "id": _hex(number), "created_at": _date(number)}


@cache
def _event_examples() -> dict[str, list[dict[str, Any]]]:
    text = (EXAMPLES / "event_examples.json").read_text("utf-8")
    examples: dict[str, list[dict[str, Any]]] = json.loads(text)
    return examples


def _pagination() -> dict[str, Any]:
    return {
        "pagination": {
            "current_page": 1,
            "next_page": None,
            "prev_page": None,
            "total_pages": 1,
            "total_count": COUNT,
        }
    }


def _bearer() -> str:
    """Make a JWT that never expires; its signature isn't checked."""

    def part(data: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()

    claims = {"iss": "Scalingo", "iat": 1_700_000_000, "exp": 4_100_000_000, "uuid": _uuid(1)}
    return f"{part({'alg': 'HS512', 'typ': 'JWT'})}.{part(claims)}.{'c2ln' * 16}"


def batch(number: int = 0) -> dict[str, Any]:
    """Make a batch of the OpenAI API."""
    return {
        "id": f"batch_{_hex(number)}",
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "model": "gpt-5-2025-08-07",
        "errors": None,
        "input_file_id": f"file-{_hex(number + 1)}",
        "completion_window": "24h",
        "status": "completed",
        "output_file_id": f"file-{_hex(number + 2)}",
        "error_file_id": f"file-{_hex(number + 3)}",
        "created_at": 1_711_471_533 + number,
        "in_progress_at": 1_711_471_538,
        "expires_at": 1_711_557_933,
        "finalizing_at": 1_711_493_133,
        "completed_at": 1_711_493_163,
        "failed_at": None,
        "expired_at": None,
        "cancelling_at": None,
        "cancelled_at": None,
        "request_counts": {"total": 100, "completed": 95, "failed": 5},
        "metadata": {
            "customer_id": "user_123456789",
            "batch_description": "Nightly evaluation job of the support assistant",
            "dataset": "support-conversations-2025-01",
            "requested_by": "evaluation@example.com",
            "pipeline": "nightly-evaluation",
        },
        "usage": {
            "input_tokens": 180_250,
            "input_tokens_details": {"cached_tokens": 42_112},
            "output_tokens": 61_402,
            "output_tokens_details": {"reasoning_tokens": 20_480},
            "total_tokens": 241_652,
        },
    }


def artifact(number: int = 0) -> dict[str, Any]:
    """Make a workflow artifact of the GitHub API."""
    base = f"https://api.github.com/repos/{REPOSITORY}/actions/artifacts/{number}"
    build = "build-output-linux-x86_64-python-3.11-release-with-debug-symbols-and-coverage"
    return {
        "id": 11 + number,
        "node_id": "MDg6QXJ0aWZhY3QxMTcyMzQ4OTIzNDg5MjM0ODkyMzQ4OTIzNDg5MjM0",
        "name": f"{build}-{number}",
        "size_in_bytes": 556 + number,
        "url": base,
        "archive_download_url": f"{base}/zip",
        "expired": False,
        "created_at": "2025-01-10T14:59:22Z",
        "expires_at": "2025-03-21T14:59:22Z",
        "updated_at": "2025-02-21T14:59:22Z",
        "digest": "sha256:" + _hex(number, 24) * 2 + "0123456789abcdef",
        "workflow_run": {
            "id": 2332938 + number,
            "repository_id": 1296269,
            "head_repository_id": 1296269,
            "head_branch": "dependencies/update-everything-that-the-build-of-the-docs-needs",
            "head_sha": "328faa0536e6fef19753d9d91dc96a9931694ce3",
        },
    }


def volume(number: int = 0) -> dict[str, Any]:
    """Make a volume of the Hetzner Cloud API."""
    return {
        "id": 1 + number,
        "name": f"database-storage-{number}",
        "created": "2025-01-30T23:50:00+00:00",
        "server": 12,
        "location": {
            "id": 1,
            "name": "fsn1",
            "description": "Falkenstein DC Park 1",
            "country": "DE",
            "city": "Falkenstein",
            "latitude": 50.47612,
            "longitude": 12.370071,
            "network_zone": "eu-central",
        },
        "size": 42,
        "linux_device": f"/dev/disk/by-id/scsi-0HC_Volume_{number}",
        "protection": {"delete": False},
        "labels": {
            "environment": "production",
            "example.com/team": "platform-engineering",
            "example.com/cost-centre": "1004-databases",
            "example.com/backup-policy": "daily-30-days-encrypted",
            "example.com/owner": "databases@example.com",
            "app.kubernetes.io/name": "postgresql",
            "app.kubernetes.io/instance": "postgresql-main",
            "app.kubernetes.io/component": "primary",
            "app.kubernetes.io/part-of": "example-app",
            "app.kubernetes.io/managed-by": "terraform",
            "terraform.io/workspace": "production-eu-central",
            "example.com/runbook": "https://runbooks.example.com/databases/postgresql",
            "just-a-key": "",
        },
        "status": "available",
        "format": "xfs",
    }


def service(number: int = 0) -> dict[str, Any]:
    """Make a service of the Kubernetes API."""
    return {
        "metadata": {
            "name": f"example-app-{number}",
            "namespace": "default",
            "uid": _uuid(number),
            "resourceVersion": str(190_000 + number),
            "creationTimestamp": "2025-03-01T08:12:44Z",
            "labels": {"app": f"example-app-{number}", "app.kubernetes.io/managed-by": "Helm"},
            "annotations": {
                "meta.helm.sh/release-name": f"example-app-{number}",
                "meta.helm.sh/release-namespace": "default",
                "prometheus.io/scrape": "true",
                "prometheus.io/port": "9090",
                "prometheus.io/path": "/metrics",
                "example.com/owner": "platform-engineering@example.com",
                "example.com/runbook": "https://runbooks.example.com/services/example-app",
            },
        },
        "spec": {
            "ports": [
                {"name": "http", "protocol": "TCP", "port": 80, "targetPort": 8080},
                {"name": "metrics", "protocol": "TCP", "port": 9090, "targetPort": 9090},
            ],
            "selector": {"app": f"example-app-{number}"},
            "clusterIP": "10.96.0.10",
            "clusterIPs": ["10.96.0.10"],
            "type": "ClusterIP",
            "sessionAffinity": "None",
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "internalTrafficPolicy": "Cluster",
        },
        "status": {"loadBalancer": {}},
    }


def block_storage(number: int = 0) -> dict[str, Any]:
    """Make a volume of the DigitalOcean API."""
    return {
        "id": _uuid(number),
        "region": {
            "name": "New York 1",
            "slug": "nyc1",
            "sizes": [f"s-{cpus}vcpu-{memory}gb" for cpus in (1, 2, 4, 6, 8) for memory in SIZES],
            "features": [
                "backups",
                "ipv6",
                "metadata",
                "install_agent",
                "storage",
                "image_transfer",
                "server_id",
                "management_networking",
            ],
            "available": True,
        },
        "droplet_ids": [123_456 + number],
        "name": f"example-{number}",
        "description": "Block store for examples",
        "size_gigabytes": 10,
        "filesystem_type": "ext4",
        "filesystem_label": "example",
        "created_at": "2025-03-02T17:00:49Z",
        "tags": ["base-image", "production", "databases", "encrypted", "backup-daily"],
    }


def _many(make: Any) -> list[dict[str, Any]]:
    return [make(number) for number in range(COUNT)]


@cache
def answers() -> dict[str, bytes]:
    """Return the bodies by path; `*` at the end of a path matches any last segment."""
    kubernetes = {"kind": "Service", "apiVersion": "v1", **service()}
    bodies: dict[str, Any] = {
        # Scalingo
        "/auth/v1/tokens/exchange": {"token": _bearer()},
        "/v1/apps": {"apps": _many(app)},
        "/v1/apps/*": {"app": app()},
        "/v1/apps/x/events": {"events": _many(event), "meta": _pagination()},
        # openai
        "/openai/batches": {"object": "list", "data": _many(batch), "has_more": False},
        "/openai/batches/*": batch(),
        # githubkit
        f"/repos/{REPOSITORY}/actions/artifacts": {
            "total_count": COUNT,
            "artifacts": _many(artifact),
        },
        f"/repos/{REPOSITORY}/actions/artifacts/*": artifact(),
        # hcloud
        "/hetzner/volumes": {
            "volumes": _many(volume),
            "meta": {
                "pagination": {
                    "page": 1,
                    "per_page": COUNT,
                    "previous_page": None,
                    "next_page": None,
                    "last_page": 1,
                    "total_entries": COUNT,
                }
            },
        },
        "/hetzner/volumes/*": {"volume": volume()},
        # kubernetes_asyncio
        "/api/v1/namespaces/default/services": {
            "kind": "ServiceList",
            "apiVersion": "v1",
            "metadata": {"resourceVersion": "190250"},
            "items": _many(service),
        },
        "/api/v1/namespaces/default/services/*": kubernetes,
        # pydo
        "/v2/volumes": {"volumes": _many(block_storage), "links": {}, "meta": {"total": COUNT}},
        "/v2/volumes/*": {"volume": block_storage()},
    }
    return {path: json.dumps(body, separators=(",", ":")).encode() for path, body in bodies.items()}


def log_messages(lines: int) -> list[str]:
    """Make messages of a log stream, with one line each, like those of the platform."""
    return [
        json.dumps(
            {
                "event": "log",
                "log": (
                    f"2026-02-16 02:{number // 60 % 60:02}:{number % 60:02}.{number:09} +0000 UTC "
                    f"[web-{number % 3 + 1}] 203.0.113.7 - - [16/Feb/2026:02:02:43 +0000] "
                    f'"GET /api/v1/items/{number}?page=2 HTTP/1.1" 200 1534 "-" "Mozilla/5.0"\n'
                ),
                "timestamp": "2026-02-16T02:02:43.930163178Z",
            },
            separators=(",", ":"),
        )
        for number in range(lines)
    ]


APPS_PATH = "/v1/apps"
EVENTS_PATH = "/v1/apps/x/events"
