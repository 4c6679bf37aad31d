from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "tongban.foundation.trust"
    label = "trust"

    def ready(self) -> None:
        from functools import partial

        from tongban.foundation.ledger import operations
        from tongban.foundation.trust import queries

        operations.set_keyed(partial(queries.keyed_digest, "ledger"))
