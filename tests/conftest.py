"""Settings of the whole suite."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

collect_ignore = ["uv_cases"]

# The suite judges a change, and so has the same examples each time. `--hypothesis-profile=thorough`
# looks for what nobody has met yet; what a failing example was is printed as `@reproduce_failure(...)`,
# and `--hypothesis-seed` replays a run.
settings.register_profile(
    "default",
    max_examples=60,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("default"), max_examples=2000, derandomize=False
)
settings.load_profile("default")
