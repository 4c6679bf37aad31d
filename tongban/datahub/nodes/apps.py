from django.apps import AppConfig


class NodesConfig(AppConfig):
    name = "tongban.datahub.nodes"
    label = "nodes"

    def ready(self) -> None:
        from tongban.datahub.exchange.operations import relaying
        from tongban.datahub.nodes import queries, subscriptions
        from tongban.datahub.nodes.operations.carrying import carry

        relaying.set_carrier(carry, gives_grants=queries.is_city)
        subscriptions.connect()
