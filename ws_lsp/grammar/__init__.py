"""The languages of strings in manifests: names, versions and requirements, markers, URLs, dates and durations."""
