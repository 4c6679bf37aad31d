from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tongban.foundation.documents"
    label = "documents"
