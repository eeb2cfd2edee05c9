"""When somebody corrects their name: it is corrected where the wall shows it."""

from django.db.models import F

from oppipari.insights.models import Insight, Trial
from oppipari.organisation import access
from oppipari.organisation.models import Person


def rename(person: Person, old: str) -> None:
    """Show `person` by their name as it is now, instead of `old`, inside the caller's transaction.

    At insights that they approved and that show their authors, and where a trial of their units names them as looking
    after it; only where the whole name stands.
    """
    if not old:
        return
    for insight in Insight.objects.filter(approvals__person=person).exclude(shown_names=""):
        names = insight.shown_names.split(", ")
        if old in names:
            names[names.index(old)] = person.name
            insight.shown_names = ", ".join(names)[:400]
            insight.save(update_fields=["shown_names"])
    longest = Trial._meta.get_field("carer").max_length
    for trial in Trial.objects.filter(unit_id__in=access.member_unit_ids(person), carer__contains=old):
        carer = trial.carer.replace(old, person.name)[:longest]
        Trial.objects.filter(pk=trial.pk).update(carer=carer, version=F("version") + 1)
