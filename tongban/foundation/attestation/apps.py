from django.apps import AppConfig


class AttestationConfig(AppConfig):
    name = "tongban.foundation.attestation"
    label = "attestation"
