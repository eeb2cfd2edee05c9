"""A service with an empty database in a folder of its own, for what is measured through whole pages."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


@contextmanager
def empty_service() -> Iterator[None]:
    """Django set up and migrated; the folder is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "OPPIPARI_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "oppipari.site.settings",
            "ALLOWED_HOSTS": "testserver",
        }
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        call_command("migrate", verbosity=0)
        yield
