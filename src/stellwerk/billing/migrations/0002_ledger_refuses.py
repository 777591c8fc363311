from django.db import migrations

from stellwerk.foundation.orm import append_only

# Both engines see the same two rules: accounts fit their posting, and nobody adds to a posting that is complete.
REFUSED = """
    EXISTS (SELECT 1 FROM billing_posting p JOIN billing_ledgeraccount a ON a.id IN (NEW.debit_id, NEW.credit_id)
            WHERE p.id = NEW.posting_id AND (a.currency <> p.currency
                OR (a.organisation_id IS NOT NULL AND (p.organisation_id IS NULL OR a.organisation_id <> p.organisation_id))))
    OR (SELECT COUNT(*) FROM billing_transfer t WHERE t.posting_id = NEW.posting_id)
       >= (SELECT p.transfer_count FROM billing_posting p WHERE p.id = NEW.posting_id)
"""
BALANCE = """
    UPDATE billing_ledgeraccount
       SET balance_minor = balance_minor + CASE WHEN id = NEW.credit_id THEN NEW.amount_minor ELSE -NEW.amount_minor END
     WHERE kind = 'prepaid' AND id IN (NEW.debit_id, NEW.credit_id)
"""
SQLITE = [
    f"CREATE TRIGGER billing_transfer_fits BEFORE INSERT ON billing_transfer WHEN {REFUSED} "
    "BEGIN SELECT RAISE(ABORT, 'a transfer must fit its posting'); END",
    f"CREATE TRIGGER billing_transfer_balance AFTER INSERT ON billing_transfer BEGIN {BALANCE}; END",
]
POSTGRESQL = [
    "CREATE FUNCTION billing_transfer_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF {REFUSED} THEN RAISE EXCEPTION 'a transfer must fit its posting' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    "CREATE FUNCTION billing_transfer_balance() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN {BALANCE}; RETURN NULL; END $$",
    "CREATE TRIGGER billing_transfer_fits BEFORE INSERT ON billing_transfer "
    "FOR EACH ROW EXECUTE FUNCTION billing_transfer_fits()",
    "CREATE TRIGGER billing_transfer_balance AFTER INSERT ON billing_transfer "
    "FOR EACH ROW EXECUTE FUNCTION billing_transfer_balance()",
]


def guard(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for name in ("billing_transfer_fits", "billing_transfer_balance"):
        schema_editor.execute(f"DROP TRIGGER {name}{' ON billing_transfer' if is_postgresql else ''}")
        if is_postgresql:
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [
        migrations.RunPython(guard, unguard),
        append_only("billing_ledgeraccount", may_change=("balance_minor",)),
        append_only("billing_posting"),
        append_only("billing_transfer"),
    ]
