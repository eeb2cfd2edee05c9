from django.db import migrations, models


class Migration(migrations.Migration):
    """Empty for every organisation there is: who has come in stays in, and whoever comes now is asked of the supervisor."""

    dependencies = [("organisation", "0003_swedish")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="mail_domains",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
