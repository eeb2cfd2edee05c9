from django.urls import URLPattern, path

from oppipari.materials import views
from oppipari.materials.slips.views import round_slips

urlpatterns: list[URLPattern] = [
    path("rounds/<int:pk>/deck.pptx", views.round_deck, name="round_deck"),
    path("rounds/<int:pk>/benefits.pptx", views.benefits_deck, name="benefits_deck"),
    path("rounds/<int:pk>/pairs/slips.pdf", round_slips, name="round_slips"),
    path("organisation/benefits.pptx", views.units_deck, name="units_deck"),
    path("rounds/<int:pk>/qr.svg", views.round_qr, name="round_qr"),
    path("trials/<int:pk>/summary.pdf", views.trial_summary, name="trial_summary"),
]
