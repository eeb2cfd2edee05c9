from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0009_seen_times'),
    ]

    operations = [
        migrations.AddField(
            model_name='meeting',
            name='answer_from',
            field=models.DateField(blank=True, null=True),
        ),
    ]
