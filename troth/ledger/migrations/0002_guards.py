"""The tables become append-only for every program that speaks to the database (``ledger.guards``)."""

from django.db import migrations


def install(_apps, editor):
    from troth.ledger.guards import install_guards

    install_guards(editor.connection)


def remove(_apps, editor):
    from troth.ledger.guards import remove_guards

    remove_guards(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(install, remove, hints={"database": "default"})]
