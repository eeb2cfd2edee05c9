"""A questionnaire that seven people answer, and copies of everything at every moment, the secrets with it.

`python -m tests.attack.copying_story FOLDER`: the installation lies in FOLDER/data; FOLDER/copy/NUMBER is a copy of all of it, made before an
answer counts (the new version is in the database, the key is the one before), after it, and at the end. Nothing empties the
log meanwhile, as where many read.
"""

import itertools
import os
import shutil
import sys
from pathlib import Path

PEOPLE = 7


def main(folder: Path) -> None:
    os.environ |= {"OPPIPARI_DATA": str(folder / "data"), "DJANGO_SETTINGS_MODULE": "oppipari.site.settings"}
    import django

    django.setup()
    from django.core.management import call_command
    from tests.factories import RoundFactory, pair_of, supervisor_of

    from oppipari.evaluation import actions
    from oppipari.evaluation.items import items
    from oppipari.evaluation.questionnaire import keys
    from oppipari.evaluation.questionnaire.keys import Key, KeyFile
    from oppipari.rounds.models import Round

    call_command("migrate", verbosity=0, interactive=False)
    round_ = RoundFactory(state=Round.State.MEETING)
    people = [m.person for _ in range(4) for m in pair_of(round_).members.all()]
    questionnaire = actions.open_questionnaire(round_, supervisor_of(round_.unit))
    steps = itertools.count()

    def copy() -> None:
        shutil.copytree(folder / "data", folder / "copy" / f"{next(steps):02}")

    write = KeyFile.write

    def slowly(file: KeyFile, key: Key) -> None:
        copy()
        write(file, key)
        copy()

    keys.KeyFile.write = slowly  # type: ignore[method-assign]
    for number, person in enumerate(people[:PEOPLE]):
        values: dict[str, int | None] = {i.key: 1 + (number + k) % 5 for k, i in enumerate(items())}
        actions.answer(questionnaire, person, values, {"worth_spreading": f"Ajatus {number}"})
    copy()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
