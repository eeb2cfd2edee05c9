from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('evaluation', '0003_into_boxes'),
    ]

    operations = [
        migrations.DeleteModel(
            name='AnswerSheet',
        ),
        migrations.DeleteModel(
            name='OpenAnswer',
        ),
        migrations.DeleteModel(
            name='Ticket',
        ),
    ]
