"""A new purpose: passing information on to a new owner of the business, thirty days after everybody was told."""

import troth.kernel.purposes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0005_mails_the_relay_may_not_be_given'),
    ]

    operations = [
        migrations.AlterField(
            model_name='case',
            name='purpose',
            field=models.CharField(choices=[('account', 'account'), ('security', 'security'), ('service_messages', 'service_messages'), ('news', 'news'), ('personalisation', 'personalisation'), ('orders', 'orders'), ('billing', 'billing'), ('shipping', 'shipping'), ('support', 'support'), ('surveys', 'surveys'), ('rights', 'rights'), ('legal', 'legal'), ('upkeep', 'upkeep'), ('transition', 'transition')], default=troth.kernel.purposes.Purpose['SUPPORT'], max_length=20),
        ),
        migrations.AlterField(
            model_name='decision',
            name='purpose',
            field=models.CharField(choices=[('account', 'account'), ('security', 'security'), ('service_messages', 'service_messages'), ('news', 'news'), ('personalisation', 'personalisation'), ('orders', 'orders'), ('billing', 'billing'), ('shipping', 'shipping'), ('support', 'support'), ('surveys', 'surveys'), ('rights', 'rights'), ('legal', 'legal'), ('upkeep', 'upkeep'), ('transition', 'transition')], max_length=20),
        ),
    ]
