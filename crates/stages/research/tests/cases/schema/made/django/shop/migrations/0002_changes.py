import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="tag",
            name="title",
            field=models.CharField(default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AlterField(model_name="item", name="rank", field=models.IntegerField(db_index=True, default=1)),
        migrations.AlterField(model_name="item", name="name", field=models.CharField(max_length=200)),
        migrations.RenameField(model_name="item", old_name="count", new_name="stock"),
        migrations.RemoveField(model_name="item", name="weight"),
        migrations.AlterUniqueTogether(name="item", unique_together=set()),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RenameModel(old_name="Tag", new_name="Label"),
        migrations.AddField(
            model_name="label",
            name="see",
            field=models.ManyToManyField(to="shop.label"),
        ),
        migrations.RemoveIndex(model_name="item", name="item_by_time"),
        migrations.AlterField(
            model_name="item",
            name="parent",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to="shop.item"
            ),
        ),
        migrations.RunSQL("ALTER TABLE shop_label ADD COLUMN note integer", migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[],
            state_operations=[migrations.AddField("label", "note", models.IntegerField(null=True))],
        ),
        migrations.AlterModelTable(name="sheet", table="sheets"),
    ]
