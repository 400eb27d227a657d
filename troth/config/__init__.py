"""Settings, addresses of pages, and the programs: the only place that knows every app. Owns no tables."""
