"""Keys of two people start with a hint from now on (see pairs/hashes.py): the stored ones are made anew.

Who stands behind an old key is found by hashing every two of the people who are still here; a key of people who are
gone can never be met again and goes.
"""

import hashlib
import hmac
from itertools import combinations

from django.conf import settings
from django.db import migrations

from oppipari.pairs.hashes import key_of_two


def old_key(purpose, a, b):
    text = f"{purpose}:{min(a, b)}|{max(a, b)}"
    return hmac.digest(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hex()


def remake(rows, purpose, people):
    left = {row.key: row for row in rows}
    for a, b in combinations(people, 2):
        if not left:
            return
        row = left.pop(old_key(purpose, a, b), None)
        if row is not None:
            row.key = key_of_two(purpose, a, b)
            row.save(update_fields=["key"])
    for row in left.values():
        row.delete()


def make_keys_anew(apps, schema_editor):
    person = apps.get_model("organisation", "Person")
    earlier, apart = apps.get_model("pairs", "EarlierPair"), apps.get_model("pairs", "KeptApart")
    sign_up = apps.get_model("rounds", "SignUp")
    for organisation in earlier.objects.values_list("organisation", flat=True).distinct():
        people = sorted(person.objects.values_list("pk", flat=True))
        remake(earlier.objects.filter(organisation=organisation), "earlier-pair", people)
    for round_id in apart.objects.values_list("round", flat=True).distinct():
        people = sorted(sign_up.objects.filter(round=round_id).values_list("person", flat=True))
        remake(apart.objects.filter(round=round_id), f"kept-apart:{round_id}", people)


class Migration(migrations.Migration):

    dependencies = [
        ('pairs', '0002_suggestion_run'),
    ]

    operations = [
        migrations.RunPython(make_keys_anew, migrations.RunPython.noop),
    ]
