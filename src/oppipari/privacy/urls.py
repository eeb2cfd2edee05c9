from django.urls import URLPattern, path

from oppipari.privacy import views

urlpatterns: list[URLPattern] = [
    path("privacy/", views.privacy_notice, name="privacy_notice"),
    path("my-data/", views.my_data, name="my_data"),
    path("my-data/download/", views.my_data_download, name="my_data_download"),
    path("my-data/erase/", views.erase_me, name="erase_me"),
]
