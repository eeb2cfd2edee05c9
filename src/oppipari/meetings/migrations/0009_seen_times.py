"""That somebody has seen that they are asked about a time gets a field of its own; until now `told` meant it while they were silent."""

from typing import Any

from django.db import migrations, models


def move(apps: Any, schema_editor: Any) -> None:
    silent = apps.get_model("meetings", "TimeAnswer").objects.filter(suits=None, told=True)
    silent.update(seen=True, told=False)


def move_back(apps: Any, schema_editor: Any) -> None:
    silent = apps.get_model("meetings", "TimeAnswer").objects.filter(suits=None, seen=True)
    silent.update(told=True)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0008_answers_to_times")]

    operations = [
        migrations.AddField(model_name="timeanswer", name="seen", field=models.BooleanField(default=False)),
        migrations.RunPython(move, move_back),
    ]
