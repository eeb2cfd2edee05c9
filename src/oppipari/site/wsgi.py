"""The web service as a server calls it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oppipari.site.settings")
application = get_wsgi_application()

# Only now: what it imports asks the settings.
from oppipari.site.starting import begin  # noqa: E402

begin()
