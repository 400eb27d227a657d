"""A request by telephone is one whose sender nobody saw, and wants the same care as a letter."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rights', '0004_passing_something_on'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='request',
            name='request_danger_had_two',
        ),
        migrations.AlterField(
            model_name='correctiontime',
            name='kind',
            field=models.CharField(choices=[('access', 'a copy of what you hold'), ('correct', 'a correction'), ('error', 'an error to be looked at'), ('unlock', 'that you can sign in again after too many tries'), ('deactivate', 'deactivation of the account'), ('delete', 'deletion of the account'), ('pass_on', 'that we hand something to another organisation')], max_length=12),
        ),
        migrations.AlterField(
            model_name='request',
            name='channel',
            field=models.CharField(choices=[('admin_page', 'the Admin page'), ('mail', 'e-mail'), ('letter', 'letter'), ('telephone', 'telephone')], max_length=12),
        ),
        migrations.AlterField(
            model_name='request',
            name='kind',
            field=models.CharField(choices=[('access', 'a copy of what you hold'), ('correct', 'a correction'), ('error', 'an error to be looked at'), ('unlock', 'that you can sign in again after too many tries'), ('deactivate', 'deactivation of the account'), ('delete', 'deletion of the account'), ('pass_on', 'that we hand something to another organisation')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ('mail', 'letter', 'telephone')), ('confirmed_at', None), ('kind__in', ('access', 'delete')), ('state', 'fulfilled'), _negated=True), name='request_danger_had_two'),
        ),
    ]
