from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "oppipari.organisation"
    label = "organisation"

    def ready(self) -> None:
        from oppipari.messages.signals import address_reached, address_refused
        from oppipari.organisation.refused import note_reached, note_refused

        address_refused.connect(note_refused, dispatch_uid="organisation.refused")
        address_reached.connect(note_reached, dispatch_uid="organisation.reached")
