"""Settings, addresses, base templates, theme, static files, health."""
