"""The addresses of this room."""

from django.urls import path

from troth.amendments.views import console, letters, mine

app_name = "amendments"

_CHANGE = "console/statement/<uuid:amendment_id>/"

urlpatterns = [
    path("admin/statement/", mine.show, name="mine"),
    path("admin/statement/<int:number>/read/", mine.read, name="read"),
    path("console/statement/", console.list_all, name="amendments"),
    path("console/statement/begin/", console.begin, name="begin"),
    path("console/statement/letters/", letters.list_all, name="letters"),
    path("console/statement/letters/take/", letters.take_several, name="take_letters"),
    path("console/statement/letters/pdf/", letters.show_several, name="letters_pdf"),
    path("console/statement/letters/posted/", letters.note_several, name="letters_posted"),
    path("console/statement/letters/<uuid:letter_id>/pdf/", letters.show_pdf, name="letter_pdf"),
    path("console/statement/letters/<uuid:letter_id>/<str:step>/", letters.move, name="move_letter"),
    path(_CHANGE, console.show, name="amendment"),
    path(f"{_CHANGE}section/<slug:slug>/", console.edit, name="section"),
    path(f"{_CHANGE}terms/", console.edit_terms, name="terms"),
    path(f"{_CHANGE}review/", console.review, name="review"),
    path(f"{_CHANGE}<str:step>/", console.move, name="move"),
]
