from __future__ import annotations

from django.db import models


class PersonalSuite(models.Model):
    """Who holds a free Suite, so that nobody holds two (ID-012). Gone when its product ends.

    The number is kept as a keyed digest: it can be compared, and not be read.
    """

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="+", db_index=False)
    phone_digest = models.CharField(max_length=64)
    product = models.OneToOneField("products.Product", models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_personal_suite_per_account",
                fields=["account"],
                violation_error_code="personal_suite_limit_reached",
            ),
            models.UniqueConstraint(
                name="one_personal_suite_per_number",
                fields=["phone_digest"],
                violation_error_code="personal_suite_limit_reached",
            ),
        ]
