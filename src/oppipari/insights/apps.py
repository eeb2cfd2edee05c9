from typing import Any

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "oppipari.insights"
    label = "insights"

    def ready(self) -> None:
        from oppipari.insights.brought import tell
        from oppipari.insights.unfinished import tell_unfinished
        from oppipari.organisation.signals import name_changed
        from oppipari.pairs.signals import pair_ended
        from oppipari.rounds.brought import what_came
        from oppipari.rounds.unfinished import what_is_open

        what_came.connect(tell, dispatch_uid="insights.brought")
        name_changed.connect(_rename, dispatch_uid="insights.rename")
        what_is_open.connect(tell_unfinished, dispatch_uid="insights.unfinished")
        pair_ended.connect(_drop_drafts, dispatch_uid="insights.drop_drafts")


def _drop_drafts(sender: Any, pair: Any, **kwargs: Any) -> None:
    """A pair that ended has no drafts: its members can open them no more."""
    from oppipari.insights.actions import drop_drafts

    drop_drafts(pair)


def _rename(sender: Any, person: Any, old: str, **kwargs: Any) -> None:
    """An insight that shows its authors' names shows them as they are called now."""
    from oppipari.insights.renaming import rename

    rename(person, old)
