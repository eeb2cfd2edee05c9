from django.db import migrations, models


def tried_are_begun(apps, schema_editor):
    apps.get_model("post", "Outgoing").objects.filter(tries__gt=0).update(begun=True)


class Migration(migrations.Migration):

    dependencies = [
        ("post", "0002_reply_to_and_at_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoing",
            name="begun",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(tried_are_begun, migrations.RunPython.noop),
    ]
