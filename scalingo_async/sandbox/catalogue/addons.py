"""Providers of addons, their categories and plans."""

from dataclasses import dataclass

__all__ = [
    "CATEGORIES",
    "PROVIDERS",
    "Category",
    "Plan",
    "Provider",
    "plan_by_id",
]


@dataclass(frozen=True, slots=True)
class Category:
    """A category of addons."""

    id: str
    name: str
    description: str
    position: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of an addon provider; `price` in euros per month."""

    id: str
    name: str
    display_name: str
    price: float
    position: int
    disabled: bool = False

    @property
    def free(self) -> bool:
        """Whether it is free."""
        return self.price == 0


@dataclass(frozen=True, slots=True)
class Provider:
    """An addon provider. Only databases have a type and a version.

    Attributes:
        dedicated: Whether its databases run on dedicated resources; these are standalone, not
            addons of an app.
    """

    id: str
    name: str
    logo_url: str
    short_description: str
    category: Category
    plans: tuple[Plan, ...]
    type_name: str = ""
    type_id: str = ""
    version: str = ""
    version_id: str = ""
    scheme: str = ""
    dedicated: bool = False

    @property
    def is_database(self) -> bool:
        """Whether its addons are databases."""
        return bool(self.type_name)

    def plan(self, plan_id: str) -> Plan | None:
        """Return the plan with that id."""
        return next((plan for plan in self.plans if plan.id == plan_id), None)


_DATABASES = Category("5c9ba51326e28200e79ad3b2", "Databases", "Where your apps keep data.", 1)
_MONITORING = Category("5c9ba51326e28200e79ad3b3", "Monitoring", "Watch over your apps.", 2)
CATEGORIES = (_DATABASES, _MONITORING)


def _plans(prefix: str, slug: str, *, sandbox: bool) -> tuple[Plan, ...]:
    rows = [
        ("sandbox", "Sandbox", 0.0, False),
        ("starter-512", "Starter 512M", 7.2, False),
        ("starter-1024", "Starter 1G", 14.4, False),
        ("business-1024", "Business 1G", 43.2, False),
        ("business-2048", "Business 2G", 86.4, False),
        ("legacy-256", "Legacy 256M", 5.0, True),
    ]
    return tuple(
        Plan(f"{prefix}{position:02d}", f"{slug}-{name}", title, price, position, disabled)
        for position, (name, title, price, disabled) in enumerate(rows)
        if sandbox or name != "sandbox"
    )


def _dedicated_plans(prefix: str, slug: str) -> tuple[Plan, ...]:
    """Create plans with the names that official tools use; the prices are invented."""
    rows = [
        ("starter", "Starter", 4, 90),
        ("business", "Business", 4, 270),
        ("enterprise", "Enterprise", 4, 540),
        ("starter", "Starter", 8, 180),
        ("starter", "Starter", 16, 360),
        ("business", "Business", 8, 540),
        ("enterprise", "Enterprise", 8, 1080),
        ("enterprise", "Enterprise", 16, 2160),
    ]
    return tuple(
        Plan(
            f"{prefix}{position:02d}",
            f"{slug}-{kind}-{1024 * gigabytes}",
            f"{title} {gigabytes}G",
            price,
            position,
        )
        for position, (kind, title, gigabytes, price) in enumerate(rows)
    )


PROVIDERS = {
    provider.id: provider
    for provider in (
        Provider(
            "postgresql",
            "PostgreSQL",
            "//cdn.scalingo.com/addons/Scalingo_Postgresql.svg",
            "A relational database",
            _DATABASES,
            _plans("5cc45d3e3e6b3b00124900", "postgresql", sandbox=True),
            "postgresql",
            "5bf30d1104c87f0001610001",
            "16.8.0-1",
            "668be5e8b07f4c00121a0001",
            "postgres",
        ),
        Provider(
            "redis",
            "Redis® OSS",
            "//cdn.scalingo.com/addons/Scalingo_Redis_20171006.svg",
            "A store in memory",
            _DATABASES,
            _plans("5cc45d3e3e6b3b00124910", "redis", sandbox=True),
            "redis",
            "5bf30d1104c87f0001610002",
            "7.2.5-1",
            "668be5e8b07f4c00121a0002",
            "redis",
        ),
        Provider(
            "mysql",
            "MySQL",
            "//cdn.scalingo.com/addons/Scalingo_MySQL_20171006.svg",
            "A relational database",
            _DATABASES,
            _plans("5cc45d3e3e6b3b00124920", "mysql", sandbox=True),
            "mysql",
            "5bf30d1104c87f0001610003",
            "8.0.36-1",
            "668be5e8b07f4c00121a0003",
            "mysql",
        ),
        Provider(
            "mongodb",
            "MongoDB",
            "//cdn.scalingo.com/addons/Scalingo_Mongodb.svg",
            "A document database",
            _DATABASES,
            _plans("5cc45d3e3e6b3b00124930", "mongodb", sandbox=False),
            "mongodb",
            "5bf30d1104c87f0001610004",
            "4.0.16-1",
            "668be5e8b07f4c00121a0004",
            "mongodb",
        ),
        Provider(
            "influxdb",
            "InfluxDB",
            "//cdn.scalingo.com/addons/Scalingo_InfluxDB.svg",
            "A database of time series",
            _DATABASES,
            _plans("5cc45d3e3e6b3b00124940", "influxdb", sandbox=False),
            "influxdb",
            "5bf30d1104c87f0001610005",
            "1.8.10-1",
            "668be5e8b07f4c00121a0005",
            "http",
        ),
        Provider(
            "elasticsearch",
            "Elasticsearch",
            "//cdn.scalingo.com/addons/Scalingo_Elasticsearch.svg",
            "A search engine",
            _DATABASES,
            _plans("5cc45d3e3e6b3b00124950", "elasticsearch", sandbox=False),
            "elasticsearch",
            "5bf30d1104c87f0001610006",
            "7.10.2-3",
            "668be5e8b07f4c00121a0006",
            "http",
        ),
        Provider(
            "postgresql-ng",
            "PostgreSQL",
            "//cdn.scalingo.com/addons/Scalingo_Postgresql.svg",
            "A relational database on dedicated resources",
            _DATABASES,
            _dedicated_plans("5cc45d3e3e6b3b00124960", "postgresql-dr"),
            "postgresql",
            "5bf30d1104c87f0001610001",
            "16.8.0-1",
            "668be5e8b07f4c00121a0001",
            "postgres",
            dedicated=True,
        ),
        Provider(
            "watchtower",
            "Watchtower",
            "//cdn.scalingo.com/addons/Watchtower.svg",
            "Measures and alerts",
            _MONITORING,
            _plans("5cc45d3e3e6b3b00124990", "watchtower", sandbox=True),
        ),
    )
}


def plan_by_id(plan_id: str) -> tuple[Provider, Plan] | None:
    """Return a plan and its provider."""
    for provider in PROVIDERS.values():
        plan = provider.plan(plan_id)
        if plan is not None:
            return provider, plan
    return None
