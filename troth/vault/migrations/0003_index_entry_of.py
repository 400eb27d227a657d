from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('vault', '0002_erasure'),
    ]

    operations = [
        migrations.AlterField(
            model_name='indexentry',
            name='subject_id',
            field=models.UUIDField(),
        ),
        migrations.AddIndex(
            model_name='indexentry',
            index=models.Index(fields=['subject_id', 'code'], name='index_entry_of'),
        ),
    ]
