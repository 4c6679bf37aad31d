from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "tongban.foundation.calendars"
    label = "calendars"
