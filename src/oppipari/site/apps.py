from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "oppipari.site"
    label = "site"

    def ready(self) -> None:
        from django.forms import CharField, Field

        # For every form: what to do, where a field does not say it in words of its own.
        Field.default_error_messages["required"] = _("Fill this in, please.")
        CharField.default_error_messages["max_length"] = _(
            "At most %(limit_value)d characters, please. This has %(show_value)d."
        )
