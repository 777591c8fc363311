from django.urls import path

from stellwerk.help.web import pages, ways

app_name = "help"
urlpatterns = [
    path("help", pages.index, name="index"),
    path("help/<slug:topic>", pages.article, name="article"),
    path("go/<slug:destination>", ways.go, name="go"),
    path("go/products/<slug:kind_code>", ways.go_to_kind, name="go-to-kind"),
    path("site-map", pages.site_map, name="site-map"),
    path("tour/end", pages.end_tour, name="end-tour"),
]
