"""The catalogue of databases: engines, versions, plans, features."""

from dataclasses import dataclass

from scalingo_async.sandbox.catalogue.addons import PROVIDERS, Plan, Provider

__all__ = [
    "CA_CERTIFICATE",
    "ENGINES",
    "FEATURES",
    "VERSIONS",
    "DatabasePlan",
    "Version",
    "database_plan",
    "managed_ranges",
]

#: The certificate of an authority that signs nothing: its key was discarded.
CA_CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBkDCCATWgAwIBAgIBATAKBggqhkjOPQQDAjAuMRAwDgYDVQQKDAdTYW5kYm94
MRowGAYDVQQDDBFTYW5kYm94IGRhdGFiYXNlczAgFw0yMDAxMDEwMDAwMDBaGA8y
MTIwMDEwMTAwMDAwMFowLjEQMA4GA1UECgwHU2FuZGJveDEaMBgGA1UEAwwRU2Fu
ZGJveCBkYXRhYmFzZXMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASQ4TMOcHcZ
gVSjyNzZ5BbLwGd0z3PAPdZi52ZAZIHU7sjL0u5SYZRL8xUx+UpG1IArErhxzAdK
nHJHb75HaV1ho0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAd
BgNVHQ4EFgQUjCxF1KWfKUzAfyN4m0VKgXz/FzcwCgYIKoZIzj0EAwIDSQAwRgIh
AKN25YdsUEmmZnnbiZw+E7Q15oqzoNBsQ0VGLpMzAPBaAiEA6N4j0ERWlTD/DOTb
AFI6NfHaWb3VJMUDMfkVki8Ap7E=
-----END CERTIFICATE-----
"""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an engine."""

    id: str
    type_id: str
    numbers: tuple[int, int, int, int]
    next_id: str | None

    @property
    def readable(self) -> str:
        """Its readable form: `16.8.0-1`."""
        major, minor, patch, build = self.numbers
        return f"{major}.{minor}.{patch}-{build}"


@dataclass(frozen=True, slots=True)
class DatabasePlan:
    """The contents of a plan; sizes in MB."""

    plan: Plan
    memory: int
    disk: int
    daily_backups: int
    pitr_days: int | None


#: One provider for each engine: dedicated resources use the same engines.
ENGINES = {
    provider.type_id: provider
    for provider in PROVIDERS.values()
    if provider.is_database and not provider.dedicated
}


def _versions(engine: Provider) -> tuple[Version, Version]:
    """Return the first version of an engine, and the next one."""
    numbers, _, build = engine.version.partition("-")
    major, minor, patch = map(int, numbers.split("."))
    newer = f"{engine.version_id[:-8]}{int(engine.version_id[-8:], 16) + 0x10000:08x}"
    return (
        Version(engine.version_id, engine.type_id, (major, minor, patch, int(build)), newer),
        Version(newer, engine.type_id, (major, minor + 1, 0, 1), None),
    )


VERSIONS = {version.id: version for engine in ENGINES.values() for version in _versions(engine)}

#: The suffix of the file in a backup's archive, after its date and resource.
BACKUP_SUFFIXES = {
    "postgresql": ".pgsql",
    "mysql": ".sql",
    "redis": ".rdb",
}

_COMMON = ("force-ssl", "publicly-available")

#: The features of each engine.
FEATURES = {
    engine.type_name: (
        (*_COMMON, "redis-rdb", "redis-aof", "redis-cache")
        if engine.type_name == "redis"
        else _COMMON
    )
    for engine in ENGINES.values()
}


def database_plan(provider: Provider, plan: Plan) -> DatabasePlan:
    """Return the contents of a database plan; its name ends with the memory."""
    size = plan.name.rpartition("-")[2]
    memory = int(size) if size.isdigit() else 256
    business = "business" in plan.name or "enterprise" in plan.name
    days = (7 if business else 1) if provider.type_name == "postgresql" else None
    return DatabasePlan(plan, memory, 10 * memory, 7 if business else 1, days)


def managed_ranges(region: str) -> dict[str, str]:
    """Return the managed address ranges for firewall rules, by id."""
    return {f"mr-scalingo-{region}": f"Scalingo {region} region"}
