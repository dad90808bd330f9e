"""Settings of hypothesis: time is not judged on shared machines."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "project", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")
