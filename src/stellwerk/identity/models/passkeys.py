from __future__ import annotations

from django.db import models


class Passkey(models.Model):
    """A key pair on a device of the person; only the public half is here (WebAuthn, level 3).

    `credential_id` is base64url without padding, at most 1023 bytes before encoding. `credential_data` is the
    attested credential data of the standard: AAGUID, credential id and the public key in COSE form.
    """

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=100)
    credential_id = models.CharField(max_length=1364)
    credential_data = models.BinaryField()
    # What authenticators know the account by: random, the same for all keys of a person, and nothing about them.
    user_handle = models.CharField(max_length=88)
    # The number of signatures the device counted; 0 for devices that do not count.
    sign_count = models.PositiveBigIntegerField(default=0)
    transports = models.JSONField(default=list)
    is_backed_up = models.BooleanField(default=False)
    aaguid = models.CharField(max_length=36)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential_id"], name="one_account_per_passkey", violation_error_code="passkey_already_used"
            )
        ]
        indexes = [models.Index(fields=["account", "-created_at"], name="passkey_account")]
