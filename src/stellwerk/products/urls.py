"""Addresses of the products room."""

from django.urls import include, path

from stellwerk.products.web import access, lists, pages

app_name = "products"
inside = [
    path("products", lists.product_list, name="list"),
    path("products/<int:product_id>", pages.product, name="product"),
    path("products/<int:product_id>/name", pages.rename, name="rename"),
    path("products/<int:product_id>/tags", pages.product_tags, name="product-tags"),
    path("products/<int:product_id>/access", access.access, name="access"),
    path("products/<int:product_id>/access/<int:user_id>/withdrawal", access.withdraw, name="withdraw-access"),
    path("tags", pages.tag_list, name="tags"),
    path("tags/<int:tag_id>", pages.tag, name="tag"),
    path("tags/<int:tag_id>/deletion", pages.delete_tag, name="delete-tag"),
]
urlpatterns = [path("o/<int:organisation_id>/", include(inside))]
