"""Ids that begin anew: PostgreSQL goes on counting where what was counted is rolled back, SQLite does not."""

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection


def count_anew() -> None:
    """Let the next rows have the ids that they would have if nothing had been rolled back."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(
            no_style(), list(apps.get_models(include_auto_created=True))
        ):
            cursor.execute(statement)
