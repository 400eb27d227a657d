"""A breach can be taken over from whoever recorded it."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def hand_over(apps: Any, _schema_editor: Any) -> None:
    """Let whoever recorded a breach have it in hand, as before."""
    apps.get_model("law", "Breach").objects.update(taken_by=F("recorded_by"))


class Migration(migrations.Migration):
    """Adds the column and fills it."""

    dependencies = [("law", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="breach",
            name="taken_by",
            field=models.UUIDField(
                help_text="Who has it in hand: who recorded it, until another takes it.", null=True
            ),
        ),
        migrations.RunPython(hand_over, migrations.RunPython.noop),
    ]
