import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("people", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("slug", models.SlugField()),
            ],
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80, unique=True)),
                ("price", models.DecimalField(decimal_places=2, max_digits=9)),
                ("count", models.PositiveIntegerField(default=0)),
                ("rank", models.SmallIntegerField(null=True)),
                ("on_sale", models.BooleanField(default=False)),
                ("added", models.DateTimeField(auto_now_add=True)),
                ("day", models.DateField(null=True)),
                ("weight", models.FloatField(null=True)),
                ("extra", models.JSONField(default=dict)),
                ("picture", models.ImageField(blank=True, null=True, upload_to="items")),
                ("link", models.URLField(blank=True, db_column="href")),
                ("raw", models.BinaryField(null=True)),
                ("owner", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ("club", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="people.club")),
                ("parent", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="shop.item")),
                ("tags", models.ManyToManyField(blank=True, to="shop.tag")),
            ],
            options={"unique_together": {("name", "owner")}, "ordering": ["name"]},
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="shop.item"
                    ),
                ),
                ("text", models.TextField(blank=True)),
            ],
        ),
        migrations.AddIndex(model_name="item", index=models.Index(fields=["-added", "owner"], name="item_by_time")),
        migrations.AddConstraint(
            model_name="item", constraint=models.UniqueConstraint(fields=("club", "rank"), name="item_rank_once")
        ),
        migrations.AddConstraint(
            model_name="item", constraint=models.CheckConstraint(condition=models.Q(("count__gte", 0)), name="item_count")
        ),
    ]
