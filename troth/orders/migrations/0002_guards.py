"""A drawn invoice is shut for every program that speaks to the database (``orders.papers.guards``)."""

from django.db import migrations


def install(_apps, editor):
    from troth.orders.papers.guards import install_guards

    install_guards(editor.connection)


def remove(_apps, editor):
    from troth.orders.papers.guards import remove_guards

    remove_guards(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunPython(install, remove, hints={"database": "default"})]
