from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "oppipari.rounds"
    label = "rounds"

    def ready(self) -> None:
        from oppipari.messages.signals import address_reached, address_refused
        from oppipari.organisation.signals import address_changed, person_refused
        from oppipari.rounds import refused

        address_refused.connect(refused.note_invitations, dispatch_uid="rounds.refused")
        person_refused.connect(refused.tell_of_person, dispatch_uid="rounds.person_refused")
        address_reached.connect(refused.note_reached, dispatch_uid="rounds.reached")
        address_changed.connect(refused.take_invitations_along, dispatch_uid="rounds.address_changed")
