from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128)),
                ("last_login", models.DateTimeField(blank=True, null=True)),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("nick", models.CharField(db_index=True, max_length=30)),
            ],
            options={"swappable": "AUTH_USER_MODEL"},
        ),
        migrations.CreateModel(
            name="Club",
            fields=[
                ("code", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("title", models.TextField()),
                ("members", models.ManyToManyField(related_name="clubs", to="people.member")),
            ],
            options={"db_table": "clubs"},
        ),
    ]
