"""Nothing goes out without a decision that allows it: the database looks (``support.guards``)."""

from django.db import migrations


def install(_apps, editor):
    from troth.support.guards import install_guards

    install_guards(editor.connection)


def remove(_apps, editor):
    from troth.support.guards import remove_guards

    remove_guards(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]
    operations = [migrations.RunPython(install, remove, hints={"database": "default"})]
