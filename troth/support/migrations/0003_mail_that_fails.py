"""A mail on which our program fails is set apart in the end; and one that a server numbered anew is known by its bytes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0002_guards'),
    ]

    operations = [
        migrations.AddField(
            model_name='inboundmail',
            name='digest',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddField(
            model_name='inboundmail',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='inboundmail',
            name='cause',
            field=models.CharField(blank=True, choices=[('automatic', 'written by a program: an absence note, a list, or a mail of our own that came back'), ('bounce', 'a mail service says that a mail could not be delivered'), ('unauthenticated', 'no mail service vouches for the sender’s address'), ('other_sender', 'it answers a case of somebody else'), ('forged_token', 'it names a case in a way that we did not write'), ('broken', 'it cannot be read as a mail'), ('too_large', 'it is larger than we take'), ('too_complex', 'it has too many parts, or parts too deep in each other'), ('no_sender', 'it names no sender, or several'), ('flood', 'too many came from this address in an hour'), ('failed', 'our program failed on it, again and again; a person has to read it')], default='', max_length=16),
        ),
        migrations.AddIndex(
            model_name='inboundmail',
            index=models.Index(fields=['digest'], name='support_mail_digest'),
        ),
    ]
