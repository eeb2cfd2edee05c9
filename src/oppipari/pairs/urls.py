from django.urls import URLPattern, path

from oppipari.pairs.views import answering, forming, living, telling

urlpatterns: list[URLPattern] = [
    path("rounds/<int:pk>/pairs/", forming.board, name="board"),
    path("rounds/<int:pk>/pairs/edit/", forming.board_edit, name="board_edit"),
    path("rounds/<int:pk>/pairs/undo/", forming.board_undo, name="board_undo"),
    path("rounds/<int:pk>/pairs/redo/", forming.board_redo, name="board_redo"),
    path("rounds/<int:pk>/pairs/price/", forming.board_price, name="board_price"),
    path("rounds/<int:pk>/pairs/run/", forming.board_run, name="board_run"),
    path("rounds/<int:pk>/pairs/people/", forming.board_people, name="board_people"),
    path("rounds/<int:pk>/pairs/publish/", forming.board_publish, name="board_publish"),
    path("rounds/<int:pk>/pairs/tell/", telling.pairs_tell, name="pairs_tell"),
    path("rounds/<int:pk>/pairs/new/", forming.pair_reform, name="pair_reform"),
    path("rounds/<int:pk>/pairs/join/", forming.pair_join, name="pair_join"),
    path("pair/<int:pk>/dissolve/", forming.pair_dissolve, name="pair_dissolve"),
    path("pair/<int:pk>/answer/", living.pair_answer, name="pair_answer"),
    path("pair/<int:pk>/again/", living.pair_again, name="pair_again"),
    path("pair/<int:pk>/goals/", living.pair_goals, name="pair_goals"),
    path("pair/<int:pk>/fine/", living.pair_fine, name="pair_fine"),
    path("pair/<int:pk>/end/", living.pair_end, name="pair_end"),
    path("pair/<int:pk>/go-on/", answering.pair_go_on, name="pair_go_on"),
    path("sign-ups/<int:pk>/partner/", answering.looking, name="looking"),
]
