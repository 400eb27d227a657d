"""What would harm a client most by mail or letter wants a second person, whom the row names."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rights', '0002_given_count'),
    ]

    operations = [
        migrations.AddField(
            model_name='request',
            name='confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='request',
            name='confirmed_by',
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ('mail', 'letter')), ('confirmed_at', None), ('kind__in', ('access', 'delete')), ('state', 'fulfilled'), _negated=True), name='request_danger_had_two'),
        ),
    ]
