from typing import Any

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "oppipari.insights"
    label = "insights"

    def ready(self) -> None:
        from oppipari.insights.brought import tell
        from oppipari.pairs.signals import pair_ended
        from oppipari.rounds.brought import what_came

        what_came.connect(tell, dispatch_uid="insights.brought")
        pair_ended.connect(_drop_drafts, dispatch_uid="insights.drop_drafts")


def _drop_drafts(sender: Any, pair: Any, **kwargs: Any) -> None:
    """A pair that ended has no drafts: its members can open them no more."""
    from oppipari.insights.actions import drop_drafts

    drop_drafts(pair)
