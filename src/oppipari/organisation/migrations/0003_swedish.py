from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0002_no_last_login")]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="language",
            field=models.CharField(
                choices=[("fi", "Finnish"), ("sv", "Swedish"), ("en", "English")],
                default="fi",
                max_length=5,
                verbose_name="language",
            ),
        ),
    ]
