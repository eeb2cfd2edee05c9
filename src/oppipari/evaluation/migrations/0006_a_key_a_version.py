from django.db import migrations, models


def drop_ended(apps, schema_editor):
    """Boxes that had ended, and whose key was still to be destroyed: the housekeeping finds their keys by itself now."""
    apps.get_model("evaluation", "Box").objects.filter(is_over=True).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('evaluation', '0005_joint_session'),
    ]

    operations = [
        migrations.RunPython(drop_ended, migrations.RunPython.noop),
        migrations.RemoveField(model_name='box', name='is_over'),
        migrations.AddField(model_name='box', name='even', field=models.BinaryField(default=bytes)),
        migrations.AddField(model_name='box', name='odd', field=models.BinaryField(default=bytes)),
        migrations.AlterField(model_name='box', name='answers', field=models.BinaryField(default=bytes)),
        migrations.AlterField(model_name='box', name='spent', field=models.BinaryField(default=bytes)),
        migrations.CreateModel(
            name='Canary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer_keys', models.CharField(max_length=64)),
                ('secret_key', models.CharField(max_length=64)),
            ],
        ),
    ]
