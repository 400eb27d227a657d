"""A mail that was being sent when the program was killed is not sent twice: its row says that it was begun."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0003_mail_that_fails'),
    ]

    operations = [
        migrations.AddField(
            model_name='outbound',
            name='begun_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='outbound',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting'), ('unsure', 'it may have arrived: our program was stopped while it was sent'), ('done', 'done'), ('failed', 'given up'), ('dropped', 'no longer needed')], default='waiting', max_length=8),
        ),
        migrations.AddIndex(
            model_name='outbound',
            index=models.Index(condition=models.Q(('state', 'unsure')), fields=['made_at'], name='support_outbound_unsure'),
        ),
    ]
