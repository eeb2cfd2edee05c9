from django.urls import URLPattern, path

from oppipari.exchange import views

urlpatterns: list[URLPattern] = [path("rounds/<int:pk>/upload/", views.round_upload, name="round_upload")]
