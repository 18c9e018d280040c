"""Settings of the whole suite."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

collect_ignore = ["uv_cases"]

# What a failing example was is printed as `@reproduce_failure(...)`; `--hypothesis-seed` replays a run.
settings.register_profile(
    "default",
    max_examples=60,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=2000)
settings.load_profile("default")
