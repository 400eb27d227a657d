"""A survey is fixed at its first answer, for every program that speaks to the database (``surveys.guards``)."""

from django.db import migrations


def install(_apps, editor):
    from troth.surveys.guards import install_guards

    install_guards(editor.connection)


def remove(_apps, editor):
    from troth.surveys.guards import remove_guards

    remove_guards(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunPython(install, remove, hints={"database": "default"})]
