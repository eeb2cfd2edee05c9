from django.db import migrations


def forget(apps, schema_editor):
    """Sessions from before hold their keys as they are: everybody signs in once more."""
    apps.get_model("sessions", "Session").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0004_mail_domains'),
        ('sessions', '0001_initial'),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
