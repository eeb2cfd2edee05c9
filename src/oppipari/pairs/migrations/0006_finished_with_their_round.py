"""Rounds that were closed before pairs could go on after it: the pairs that were not told that they go on are over."""

from typing import Any

from django.db import migrations, models


def finish(apps: Any, schema_editor: Any) -> None:
    pairs = apps.get_model("pairs", "Pair").objects.filter(state="meeting", round__state="closed")
    # Who was told "you continue" does continue.
    over = pairs.filter(meetings_agreed__lte=models.F("round__meetings_wanted"))
    apps.get_model("pairs", "Pair").objects.filter(pk__in=list(over.values_list("pk", flat=True))).update(
        state="finished"
    )


class Migration(migrations.Migration):
    dependencies = [("pairs", "0005_ends_on_a_morning"), ("rounds", "0001_initial")]

    operations = [migrations.RunPython(finish, migrations.RunPython.noop)]
