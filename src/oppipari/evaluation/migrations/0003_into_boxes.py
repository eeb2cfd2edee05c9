"""Answers of questionnaires that are open now move into sealed boxes; nobody needs to answer twice."""

from django.db import migrations

from oppipari.evaluation.items import ours
from oppipari.evaluation.questionnaire.boxes import Contents
from oppipari.evaluation.questionnaire.earlier import box_of_then


def move(apps, schema_editor):
    Questionnaire = apps.get_model("evaluation", "Questionnaire")
    Box = apps.get_model("evaluation", "Box")
    QuestionSet = apps.get_model("evaluation", "QuestionSet")
    for questionnaire in Questionnaire.objects.filter(state="open").select_related("round__unit__organisation"):
        contents = Contents()
        for sheet in questionnaire.sheets.all():
            contents.put(sheet.values, {})
        for written in questionnaire.open_answers.all():
            contents.put({}, {written.item: written.text})
        used = questionnaire.tickets.filter(used=True).values_list("person_id", flat=True)
        box = Box.objects.create(**box_of_then(contents, used))
        words, _made = QuestionSet.objects.get_or_create(
            organisation=questionnaire.round.unit.organisation,
            number=1,
            defaults={"content": dict(ours().content), "made_on": questionnaire.round.created_at.date()},
        )
        questionnaire.box, questionnaire.questions = box, words
        questionnaire.save()
        questionnaire.sheets.all().delete()
        questionnaire.open_answers.all().delete()
    apps.get_model("evaluation", "Ticket").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('evaluation', '0002_sealed_boxes'),
    ]

    # Backwards the answers are forgotten: what was mixed cannot be parted again.
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
