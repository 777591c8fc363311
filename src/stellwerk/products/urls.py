"""Addresses of the products room."""

from django.urls import include, path

from stellwerk.products.web import access, batches, holders, lists, pages, personal_suite, transfer_answers, transfers

app_name = "products"
inside = [
    path("products", lists.product_list, name="list"),
    path("products/tags", batches.batch_tags, name="batch-tags"),
    path("products/<int:product_id>", pages.product, name="product"),
    path("products/<int:product_id>/name", pages.rename, name="rename"),
    path("products/<int:product_id>/tags", pages.product_tags, name="product-tags"),
    path("products/<int:product_id>/access", access.access, name="access"),
    path("products/<int:product_id>/access/<int:user_id>/withdrawal", access.withdraw, name="withdraw-access"),
    path(
        "products/<int:product_id>/access/teams/<int:team_id>/withdrawal",
        access.withdraw_from_team,
        name="withdraw-team-access",
    ),
    path("members/<int:user_id>/products", holders.person_products, name="person-products"),
    path("members/<int:user_id>/access", holders.person_access, name="person-access"),
    path("teams/<int:team_id>/access", holders.team_access, name="team-access"),
    path("personal-suite", personal_suite.phone, name="personal-suite"),
    path("personal-suite/code", personal_suite.phone_code, name="personal-suite-code"),
    path("personal-suite/code/again", personal_suite.again, name="personal-suite-again"),
    path("transfers", transfers.transfer_list, name="transfers"),
    path("transfers/new", transfers.start, name="start-transfer"),
    path("transfers/<int:transfer_id>", transfers.transfer, name="transfer"),
    path("transfers/<int:transfer_id>/resending", transfers.resend, name="resend-transfer"),
    path("transfers/<int:transfer_id>/cancellation", transfers.cancel, name="cancel-transfer"),
    path("tags", pages.tag_list, name="tags"),
    path("tags/<int:tag_id>", pages.tag, name="tag"),
    path("tags/<int:tag_id>/deletion", pages.delete_tag, name="delete-tag"),
]
urlpatterns = [
    path("transfers/<str:transfer_link>", transfer_answers.offer, name="transfer-offer"),
    path("transfers/<str:transfer_link>/acceptance", transfer_answers.accept, name="accept-transfer"),
    path("transfers/<str:transfer_link>/refusal", transfer_answers.decline, name="decline-transfer"),
    path("sign-up/personal", personal_suite.sign_up, name="personal-sign-up"),
    path("sign-up/personal/code", personal_suite.sign_up_code, name="personal-sign-up-code"),
    path("sign-up/personal/phone", personal_suite.sign_up_phone, name="personal-sign-up-phone"),
    path("sign-up/personal/phone/again", personal_suite.sign_up_again, name="personal-sign-up-again"),
    path("o/<int:organisation_id>/", include(inside)),
]
